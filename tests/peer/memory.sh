#!/usr/bin/env bash
# Peak memory of a training step beside the plan's, in F32 and in the precision that training chooses: memory.sh MODEL [LENGTH [PASSES [VOCABULARY]]]
set -euo pipefail
root=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../..
for precision in f32 auto; do
    # shellcheck disable=SC2086
    java ${GTO4J_JAVA_OPTS:-} -cp "$root/tests/target/test-classes:$root/java/lab/target/classes:$(< "$root/java/lab/target/classpath.txt")" \
        org.gto4j.bench.TrainingMemoryProcess "$1" "${2:-2048}" "${3:-7}" "${4:-8192}" "$(nproc)" $precision
done
