# `sow COMMAND --help` and `sow help COMMAND` are the same, and need no operands.
for command in init plan inspect check diff report fill gain list help; do
  sow $command --help | tee a
  sow help $command >b && cmp a b
  echo ----
done
