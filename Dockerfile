FROM rust:1.95-slim-bookworm AS build
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq-dev pkg-config \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /source
COPY . .
# libpq of the system: with TLS to the database
RUN --mount=type=cache,target=/usr/local/cargo/registry \
    --mount=type=cache,target=/source/target \
    cargo build --release --locked --bin hearback --no-default-features --features system-libpq \
    && cp target/release/hearback /usr/local/bin/hearback

FROM debian:bookworm-slim
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates libpq5 \
    && rm -rf /var/lib/apt/lists/*
COPY --from=build /usr/local/bin/hearback /usr/local/bin/hearback
# DATABASE_URL and HEARBACK_SECRET must be given: there is no private PostgreSQL in here
ENV HEARBACK_BIND=0.0.0.0:8080
EXPOSE 8080
USER 10001
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["hearback", "health"]
ENTRYPOINT ["hearback"]
