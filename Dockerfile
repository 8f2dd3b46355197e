# An image with the connector and the libraries that it needs, without a shell or a package manager. Works on any
# architecture of Debian.
#
# Pin the base image by its digest when you build: --build-arg BASE=debian:trixie@sha256:… (docs/install.md, "Pinning
# the base image").
ARG BASE=debian:trixie
FROM $BASE AS build
RUN apt-get update \
 && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ca-certificates \
      g++ cmake ninja-build pkg-config librabbitmq-dev libcurl4-openssl-dev libboost-dev \
      nlohmann-json3-dev libyaml-cpp-dev libssl-dev libfmt-dev libcli11-dev libexpected-dev \
      libidn2-dev libunistring-dev libsqlite3-dev libhiredis-dev iso-codes prometheus-cpp-dev
COPY . /source
RUN cmake -S /source -B /build -G Ninja -DBUILD_TESTING=OFF \
 && cmake --build /build --target kaspersky-enrichment \
 && DESTDIR=/installed cmake --install /build --component program --strip
RUN /source/tools/image/collect /installed/usr/bin/kaspersky-enrichment /image \
 && install -D --mode=644 /source/LICENSE /image/usr/share/doc/kaspersky-enrichment/copyright

FROM scratch
ARG VERSION=0.1.0
ARG REVISION=unknown
LABEL org.opencontainers.image.title="OpenCTI connector: Kaspersky enrichment" \
      org.opencontainers.image.description="Asks Kaspersky Threat Intelligence Portal about observables in OpenCTI" \
      org.opencontainers.image.licenses="Apache-2.0" \
      org.opencontainers.image.version="$VERSION" \
      org.opencontainers.image.revision="$REVISION"
COPY --from=build /image/ /
COPY --from=build --chown=10001:10001 /image/var/lib/kaspersky-enrichment/ /var/lib/kaspersky-enrichment/
ENV CONNECTOR_HTTP_PORT=8080 \
    KASPERSKY_CACHE_PATH=/var/lib/kaspersky-enrichment/cache.db
VOLUME /var/lib/kaspersky-enrichment
# A config.yml can be mounted here.
WORKDIR /etc/kaspersky-enrichment
USER 10001:10001
STOPSIGNAL SIGTERM
# Tests whether it answers, not whether it is ready: Swarm and others restart an unhealthy container, which does not help if OpenCTI
# or Kaspersky is down.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["/usr/bin/kaspersky-enrichment", "healthcheck", "--live"]
ENTRYPOINT ["/usr/bin/kaspersky-enrichment"]
CMD ["run"]
