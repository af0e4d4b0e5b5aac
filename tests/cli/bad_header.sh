# A header over 100 MB, which safetensors would refuse to read.
. "$TESTS/lib.sh"
cat >big.txt <<'END'
ModuleDict(
  (a_long_name_for_the_list_that_holds_one_of_the_largest_parts_of_a_model_with_two_hundred_thousand_layers): ModuleDict(
    (and_for_another_list_that_holds_all_of_the_layers_of_the_model_and_nothing_else_but_them): ModuleList(
      (0-199999): 200000 x Linear(in_features=1, out_features=1, bias=True)
    )
  )
)
END
try sow init big.txt -o out
ls -A
