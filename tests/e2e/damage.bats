#!/usr/bin/env bats
# 200 damaged files: cut off, with flipped bits, swapped columns, under other names. None may crash
# the analyzer, keep it busy or make it say what is not true.
# shellcheck disable=SC2154 # variables of survey.bash

bats_require_minimum_version 1.5.0

load ../support/survey.bash

@test "what is damaged is refused by name or read without a wrong verdict" {
    enter_scene
    run -0 /usr/bin/python3 "$root/tests/support/damage.py" "$LOMSONG" "$PWD"
    echo "$output"
    [[ $output == "200 damaged files: "*" 0 faults, "* ]]
    check_tmpdir
}
