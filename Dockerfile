# The program in an environment of its own: its package names are plain words.
FROM python:3.11-slim AS build
WORKDIR /build
RUN python -m venv --without-pip /opt/svodka
COPY pyproject.toml constraints.txt README.md LICENSE ./
COPY bot bot
COPY charts charts
COPY digests digests
COPY metrics metrics
COPY warehouse warehouse
# Compiled here, since nothing can be written where it runs. The libraries' own tests stay behind, and what Arrow has for
# C++, for remote procedure calls and for S3.
RUN pip --python /opt/svodka/bin/python install --no-cache-dir --constraint constraints.txt . \
    && find /opt/svodka -type d -name tests -prune -exec rm -rf {} + \
    && cd /opt/svodka/lib/python3.11/site-packages/pyarrow \
    && rm -rf include libarrow_flight* libarrow_substrait* libarrow_s3*

FROM python:3.11-slim
COPY --from=build /opt/svodka /opt/svodka
RUN useradd --system --uid 10001 --no-create-home --home-dir /data svodka \
    && install -d -o svodka -g svodka /data
USER svodka
WORKDIR /data
# The root may be read-only: what is written lies in /data, and in /tmp while it is made.
ENV PATH=/opt/svodka/bin:$PATH \
    SVODKA_HOME=/data \
    SVODKA_HEALTH__LISTEN=127.0.0.1:8080 \
    MPLCONFIGDIR=/tmp/matplotlib \
    PYTHONDONTWRITEBYTECODE=1
VOLUME /data
HEALTHCHECK --interval=30s --timeout=10s --start-period=60s CMD ["svodka", "health"]
ENTRYPOINT ["svodka"]
CMD ["run"]
