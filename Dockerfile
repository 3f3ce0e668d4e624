# The command line in a container; docs/ci.md says how to run it.
FROM python:3.13-slim AS build
RUN apt-get update && apt-get install --yes --no-install-recommends gcc libc6-dev
COPY . /src
RUN pip install --no-cache-dir --prefix /install "/src[parquet,zstd,report]"

# Without the compiler: what was installed is all that is kept.
FROM python:3.13-slim
COPY --from=build /install /usr/local
ENV LANG=C.UTF-8
WORKDIR /data
ENTRYPOINT ["cleanspam"]
