# What zsh makes of a line when tab is pressed, in a zsh of its own on a terminal of its own.
. "$TESTS/lib.sh"
[ -f "$BUILD/_sow" ] || skip "_sow is not built: this build is for another machine"
command -v zsh >/dev/null || skip "there is no zsh"
zsh -f -c 'zmodload zsh/zpty && zpty terminal true' 2>/dev/null || skip "no pseudo-terminals here"
touch model.txt

cat >press.zsh <<'END'
# usage: press.zsh LINE…: each line as it is after a tab, and what is listed below it
zmodload zsh/zpty
zpty terminal "TERM=dumb PS1= zsh -f -i"
zpty -w terminal "fpath=($BUILD \$fpath) COLUMNS=200 LINES=200 LISTMAX=1000; autoload -Uz compinit; compinit -D -u"
zpty -w terminal "show() { print -r -- \"[[\$BUFFER]]\"; BUFFER= }; zle -N show"
zpty -w terminal "bindkey '^I' complete-word; bindkey '^T' show; echo READY"
zpty -r -m terminal output '*READY*READY*' # the command as it is typed, and what it prints
for line; do
  zpty -w -n terminal $line$'\t\x14'
  zpty -r -m terminal output '*\[\[*\]\]*'
  print -r -- "$output" | tr -d '\r' | sed -n 's/ *$//; s/.*\[\[\(.*\)]]/\1/p; /^[a-z-][^ ]* .*-- /p'
done
zpty -d terminal
END
commands=$(sow --help | sed -n '/^Commands:$/,/^$/s/^  \([a-z]*\) .*/\1/p')
lists=
for command in $commands; do lists="$lists|sow $command --"; done
IFS='|'
# shellcheck disable=SC2086 # the list is meant to be split
timeout 200 zsh -f press.zsh 'sow in' 'sow ini' 'sow --vers' 'sow help ga' 'sow list no' 'sow init --ca' \
  'sow init --cast b' 'sow init --cast=b' 'sow init mo' 'sow init --rules mo' 'sow init -o mo' 'sow init --seed mo' \
  'sow init model.txt mo' 'sow init --rules a --rul' 'sow init --cast bfloat16 --cas' 'sow init -o a --outp' \
  'sow plan a --format s' 'sow inspect a --format s' 'sow gain re' 'sow fill nor' 'sow fill "nor' \
  'sow fill constant_' END $lists >shown || exit
unset IFS
sed '/^END$/,$d' shown

# Each command offers the options that --help shows: listed above the line, or, where there is but one, in it.
sed '1,/^END$/d' shown | awk '
  /^--/ { listed[++count] = $1 }
  /^sow/ && $3 != "--" { listed[++count] = $3 }
  /^sow/ { for (i = 1; i <= count; i++) print $2, listed[i]; count = 0 }' | sort >offered
for command in $commands; do
  sow "$command" --help | sed -n "s/^  \(-.,\|   \) \(--[a-z-]*\) .*/$command \2/p"
done | sort | diff - offered && echo "zsh offers what --help says"
