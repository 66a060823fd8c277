#!/bin/sh
# Writes an assembler file with the table `embed_files` of the files NAME=PATH given.
set -eu
echo '.section .rodata'
n=0
for pair in "$@"; do
    printf 'name_%d: .asciz "%s"\n.balign 16\ndata_%d: .incbin "%s"\nend_%d: .byte 0\n' \
        $n "${pair%%=*}" $n "${pair#*=}" $n
    n=$((n + 1))
done
echo '.section .data.rel.ro, "aw"'
echo '.balign 8'
echo '.globl embed_files'
echo 'embed_files:'
i=0
while [ $i -lt $n ]; do
    echo ".quad name_$i, data_$i, end_$i - data_$i"
    i=$((i + 1))
done
echo '.section .rodata'
echo '.balign 8'
echo '.globl embed_file_count'
echo "embed_file_count: .quad $n"
echo '.section .note.GNU-stack, "", @progbits'
