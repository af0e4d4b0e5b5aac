# The manual page: its sections, and that the programs that show such pages have nothing to say against it.
. "$TESTS/lib.sh"
page=$BUILD/sow.1
[ -f "$page" ] || skip "sow.1 is not built: this build is for another machine"
sed -n 's/^\.SH //p' "$page"

# Every command has its part, and everything that help says of it is in there.
sed -n 's/^\.SS //p' "$page" >parts
sow --help | sed -n '/^Commands:$/,/^$/s/^  \([a-z]*\) .*/\1/p' | diff - parts && echo "a part for each command"

# Every initialiser.
sow list initializers | sed 's/(.*//' >wanted
sed -n '/^\.SH INITIALIZERS/,/^\.SH "EXIT/s/^\([a-z_.]*\)(.*/\1/p' "$page" | diff wanted - && echo "all initialisers"

seen=
if command -v mandoc >/dev/null; then
  mandoc -T lint "$page" && mandoc -T utf8 "$page" | sed 's/.\x08//g' >shown && seen="$seen mandoc"
  grep -q 'sow init MODEL \[options\] -o FILE' shown || echo "mandoc shows no usage"
fi
if command -v groff >/dev/null; then
  groff -man -T utf8 -ww -r LL=80n -P -cbou "$page" >shown && seen="$seen groff"
  grep -q 'sow init MODEL \[options\] -o FILE' shown || echo "groff shows no usage"
  grep -q "xavier_uniform_(gain=calculate_gain('relu'))\" 3,5\$" shown || echo "groff changes an example"
fi
[ -n "$seen" ] || skip "neither mandoc nor groff is here"
! command -v lexgrog >/dev/null || lexgrog "$page" | grep -q ': "sow - write the initial weights' || echo "no NAME for apropos"
