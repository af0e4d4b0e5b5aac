# The options of each command as --help, the page, bash and zsh show them: read back from what they show, and compared.
. "$TESTS/lib.sh"
[ -f "$BUILD/sow.1" ] || skip "sow.1 is not built: this build is for another machine"

commands="sow $(sow --help | sed -n '/^Commands:$/,/^$/s/^  \([a-z]*\) .*/\1/p')"
show_help() { if [ "$1" = sow ]; then sow --help; else sow "$1" --help; fi; }

# "init|-o, --output FILE|Write to FILE; '-' is standard output."
for command in $commands; do
  show_help "$command" | awk -v command="$command" '
    function flush() { if (left != "") print command "|" left "|" text; left = text = "" }
    /^Options:$/ { inside = 1; next }
    /^$/ { flush(); inside = 0 }
    !inside { next }
    /^  (-.,|   ) --/ {
      flush()
      if ($0 ~ /^ +(-., )?--[^ ]+( [^ ]+)?$/) { left = $0; $0 = "" }
      else { left = substr($0, 1, 27); $0 = substr($0, 29) }
      gsub(/^ +| +$/, "", left)
    }
    { gsub(/^ +/, ""); text = text (text == "" || $0 == "" ? "" : " ") $0 }
    END { flush() }'
done >help.rows

sed "s/\\\\f[BIR]//g; s/\\\\-/-/g; s/\\\\(aq/'/g; s/\\\\(ha/^/g; s/\\\\(ti/~/g; s/\\\\(ga/\`/g; s/\\\\&//; s/\\\\e/\\\\/g" \
  "$BUILD/sow.1" | awk '
    function flush() { if (left != "") print command "|" left "|" text; left = text = "" }
    /^\./ { flush() }
    /^\.SH / { command = $2 == "OPTIONS" ? "sow" : "" }
    /^\.SS / { command = $2 }
    /^\.TP$/ && command != "" { getline left; next }
    left != "" { text = text (text == "" ? "" : " ") $0 }' >page.unordered
grep '^sow|' page.unordered >page.rows
grep -v '^sow|' page.unordered >>page.rows
diff help.rows page.rows && echo "the page says what --help says"

# In short: "init|-o, --output FILE|once|Write to FILE; '-' is standard output"
sed "s/|\([^|]*again for more\)/|again|\1/; t end; s/|\([^|]*\)\$/|once|\1/; :end
  s/\.\( .*\)\{0,1\}\$//" help.rows >help.short
sed -n "s/'\\\\''/\\x01/g; s/^_sow() {/@sow/p; s/^  \([a-z]*\)) _arguments.*/@\1/p; s/^    '\(.*[-]-.*\)' \\\\\$/\1/p" "$BUILD/_sow" |
  sed "s/\\x01/'/g" | awk '
    /^@/ { command = substr($0, 2); next }
    {
      again = sub(/^\*/, "") ? "again" : "once"
      sub(/^\([^)]*\)/, "")                       # (-o --output), which exclude each other
      names = substr($0, 1, index($0, "[") - 1)
      $0 = substr($0, length(names) + 2)
      takes = gsub(/[+=]/, "", names)
      gsub(/[{}\047]/, "", names)
      sub(/,/, ", ", names)
      for (i = 1; substr($0, i, 1) != "]" || substr($0, i - 1, 1) == "\\"; i++) ;
      text = substr($0, 1, i - 1)
      gsub(/\\/, "", text)
      split(substr($0, i + 1), value, ":")
      print command "|" names (takes ? " " value[2] : "") "|" again "|" text
    }' >zsh.short
diff help.short zsh.short && echo "zsh says what --help says"

# bash offers every name, and after an option all but that one, which it offers again only if it adds up.
cat >offers.bash <<'END'
. "$BUILD/sow.bash"
compopt() { :; }
offer() {
  COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
  _sow
}
while IFS='|' read -r command left again text; do
  words=(sow)
  [[ $command == sow ]] || words+=("$command")
  read -r first second third <<<"${left/,/}"
  [[ $first == --* ]] && name=$first value=$second || name=$second value=$third
  offer "${words[@]}" -
  [[ $name == "$first" || " ${COMPREPLY[*]} " == *" $first "* ]] || echo "$command: $first is not offered"
  [[ " ${COMPREPLY[*]} " == *" $name "* ]] || echo "$command: $name is not offered"
  before=" ${COMPREPLY[*]} "
  offer "${words[@]}" "$name" ${value:+x} -
  if [[ $again == once ]]; then
    before=${before/ $name / }
    [[ $name == "$first" ]] || before=${before/ $first / }
  fi
  now=" ${COMPREPLY[*]} "
  [[ ${now// /} == "${before// /}" ]] || echo "$command $name: then$now, not$before"
  offer "${words[@]}" -
  for word in "${COMPREPLY[@]}"; do
    echo "$command $word" >&3
  done
done <help.short 3>offered
END
bash offers.bash
sort -u offered >bash.names
sed 's/^\([a-z]*\)|\([^ |]*\), /\1|\2|\n\1|/; ' help.rows | sed 's/^\([a-z]*\)|\([^ |]*\).*/\1 \2/' | sort -u >help.names
diff help.names bash.names && echo "bash offers what --help says"

# Nothing of this was compared in vain.
for command in $commands; do
  grep -q "^$command|-h, --help|" help.rows || echo "$command: no options were found"
done
