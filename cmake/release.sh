#!/usr/bin/env bash
# All that is published, for a maintainer: builds the native jars of all platforms, tests them, and deploys all artifacts.
#   cmake/release.sh [--version 0.1.0] [--to URL] [--cuda 80,90|none] [--skip-tests] [arguments for Maven, e.g. -o]
# --version sets the version of all modules first (commit it yourself). --to is the repository, by default the folder target/repository. --cuda: the compute
# capabilities of the natives with the extension -gpu, by default 80,90; each takes about an hour of one core (docs/GPU.md). nvcc and cuBLAS come from pip.
# Needs, besides the build's own tools, g++-aarch64-linux-gnu and qemu-user.
set -euo pipefail

root=$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")
cd "$root"
to=file://$root/target/repository version='' tests=yes cuda=80,90
maven=()
while [ $# -gt 0 ]; do
    case "$1" in
        --version) version=$2; shift ;;
        --to) to=$2; shift ;;
        --cuda) cuda=$2; shift ;;
        --skip-tests) tests=no ;;
        -h | --help) sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
        *) maven+=("$1") ;;
    esac
    shift
done

step() { printf '\nrelease: %s\n' "$*"; }
run_maven() { mvn -B -q "${maven[@]}" "$@"; }

if [ -n "$version" ]; then
    step "version $version"
    run_maven -Prelease org.codehaus.mojo:versions-maven-plugin:2.18.0:set -DnewVersion="$version" -DprocessAllModules -DgenerateBackupPoms=false
fi
# Jars of the same commit have the same bytes.
time=$(TZ=UTC git log -1 --date=format-local:%Y-%m-%dT%H:%M:%SZ --format=%cd)

step "natives of linux-arm64"
run_maven -pl presets -Djavacpp.platform=linux-arm64 -DskipTests -Dproject.build.outputTimestamp="$time" package

if [ "$cuda" != none ]; then
    step "natives of linux-x86_64 with CUDA for $cuda"
    run_maven -pl presets -Djavacpp.platform.extension=-gpu -Dgto4j.cuda.architectures="$cuda" -DskipTests -Dproject.build.outputTimestamp="$time" package
fi

# -Djavacpp.platform isn't given here: gto4j-platform has all platforms' natives.
if [ $tests = yes ]; then
    step "natives of linux-x86_64, all modules, all tests"
    run_maven -Prelease -Dproject.build.outputTimestamp="$time" verify
    step "the native jars on other processors"
    tests/ships/natives.sh linux-x86_64 linux-arm64
    [ "$cuda" = none ] || tests/ships/gpu.sh
fi
step "deploying to $to"
mkdir -p target
# At the end: a build that fails has deployed nothing.
gpu=()
[ "$cuda" = none ] || gpu=(-Pattach-gpu)
run_maven -Prelease "${gpu[@]}" -DskipTests -Dgto4j.native.tests=OFF -DdeployAtEnd=true -Dproject.build.outputTimestamp="$time" -DaltDeploymentRepository="gto4j::$to" deploy
step "done"
