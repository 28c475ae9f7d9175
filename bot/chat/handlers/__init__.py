"""Those who answer in chats, each to what is theirs; `bot.app` has the list of them in its order."""
