# Asked for, help goes to stdout; three ways are the same.
sow help | tee a
sow --help >b && cmp a b
sow -h >c && cmp a c
