# All types, in the editions that differ; the values are torch's.
for torch in 1.13 2.6 newest; do
  for dtype in float64 float32 bfloat16 float16; do
    echo "$dtype $torch"
    sow fill 'normal_()' 16 --dtype $dtype --torch $torch
    sow fill 'uniform_()' 4 --dtype $dtype --torch $torch
  done
done
