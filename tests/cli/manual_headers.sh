# The pages of section 3: one for each header, of which every declaration is found, and a link for each name.
. "$TESTS/lib.sh"
pages=$BUILD/man3 headers=$TESTS/../../include/sow
[ -d "$pages" ] || skip "man3 is not built: this build is for another machine"
command -v mandoc >/dev/null || skip "there is no mandoc"

for header in "$headers"/*.h; do
  base=$(basename "$header" .h)
  page=sow_$base
  [ "$base" != sow ] || page=sow
  mandoc -T lint "$pages/$page.3"
  mandoc -O width=78 -T utf8 "$pages/$page.3" | sed 's/.\x08//g' >shown
  grep -q "#include <sow/$base.h>" shown || echo "$page has no synopsis"
  # Exported functions, macros that take their place, and types.
  sed -n -E 's/^(SOW_API|static inline) .*[ *](sow_[a-z0-9_]+)\(.*/\2/p; s/^#define (sow_[a-z0-9_]+)\(.*/\1/p
    s/^\} (sow_[a-z0-9_]+);.*/\1/p' "$header" >names
  while read -r name; do
    grep -q -w "$name" shown || echo "$page does not show $name"
    [ "$name" = "$page" ] || [ -f "$pages/$name.3" ] || echo "there is no page $name"
  done <names
  # What is said of the last one is there too, to its last word.
  wc -l <names >>count
  awk 'length > 96 { print FILENAME ": a line of " length " columns: " $0 }' shown
done
awk '{ all += $1 } END { print (all > 200) ? "more than 200 names" : all " names" }' count
# A link points to a page.
for link in "$pages"/*.3; do
  target=$(sed -n 's/^\.so man3\///p' "$link")
  [ -z "$target" ] || [ -f "$pages/$target" ] || echo "$link points nowhere"
done
# Declarations, the comments inside and above them, and examples.
mandoc -T utf8 "$pages/sow_status.3" | sed 's/.\x08//g' >shown
grep -A 3 'size_t sow_error_print' shown
grep -B 1 -A 3 'c3d.txt:12:18' shown
grep 'UNUSED_RULE, 11' shown
mandoc -T utf8 "$pages/sow_plan.3" | sed 's/.\x08//g' | grep -A 5 'sow_plan_defaults'
