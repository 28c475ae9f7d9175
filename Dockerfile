# The program in an environment of its own: its package names are plain words.
FROM python:3.11-slim
WORKDIR /app
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY charts charts
COPY digests digests
COPY metrics metrics
COPY warehouse warehouse
RUN python -m venv /opt/svodka \
    && /opt/svodka/bin/pip install --no-cache-dir --constraint constraints.txt . \
    && useradd --create-home svodka \
    && mkdir /data && chown svodka /data
USER svodka
ENV PATH=/opt/svodka/bin:$PATH SVODKA_HOME=/data
VOLUME /data
ENTRYPOINT ["svodka"]
CMD ["--help"]
