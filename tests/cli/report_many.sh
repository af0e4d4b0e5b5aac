# Of more tensors than a page can show there is no page, and that is said before anything is read; just below there is.
. "$TESTS/lib.sh"
has_page || skip 'sow was built without the page'
seq 20000 | sed 's/.*/part&.w float32 [1]/' >fits.txt
{
  cat fits.txt
  echo 'last.w float32 [1]'
} >many.txt
printf 'named_parameters:\n  * = normal_(std=0.02)\n' >many.rules
for model in fits many; do
  sow init $model.txt --rules many.rules -q -o $model.safetensors
  sow report $model.safetensors $model.txt -o $model.html -q || echo refused
done
ls ./*.html
[ "$(wc -c <fits.html)" -lt 25000000 ] && echo 'the page is below 25 MB'
