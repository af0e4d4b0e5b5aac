#include <stdbool.h>

#include "candidates.h"
#include "manual.h"

/* The script walks the words before the cursor as options.c does. */
static const char walk_begin[] =
    "# Completion of sow in bash, made from the tables of the program; edit those.\n"
    "_sow() {\n"
    "  local current=${COMP_WORDS[COMP_CWORD]} command='' option='' operands=0 ended='' glued=''\n"
    "  local given=' ' words=() word\n"
    "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n"
    "    if [[ $word == '=' ]]; then # readline splits there: --option=value, --option NAME=CLASS\n"
    "      glued=yes\n"
    "    elif [[ $glued || $option ]]; then # a value\n"
    "      glued='' option=''\n"
    "    elif [[ ! $ended && $word == -- ]]; then\n"
    "      ended=yes\n"
    "    elif [[ ! $ended && $word == -[!.0-9]* ]]; then\n"
    "      case $word in\n";

static const char walk_end[] = "      esac\n"
                               "    elif [[ $command ]]; then\n"
                               "      ((++operands))\n"
                               "    else\n"
                               "      command=$word\n"
                               "    fi\n"
                               "  done\n"
                               "  [[ $current != '=' ]] || glued=yes current=''\n"
                               "  [[ ! $glued || $option ]] || return\n"
                               "\n"
                               "  if [[ $current == -* && ! $option && ! $ended ]]; then\n"
                               "    case $command in\n";

/* Then it looks at a place: "init:--cast" is the value of an option, "init:1" an operand. */
static const char places_begin[] = "    esac\n"
                                   "  else\n"
                                   "    case $command:${option:-$((operands + 1))} in\n";

/* Calls hold spaces and quotes, so they are offered within the quotes that the user has begun, or in new
 * ones. */
static const char places_end[] =
    "    esac\n"
    "  fi\n"
    "  if [[ ${words[0]-} == *'('* ]]; then\n"
    "    case $current in\n"
    "      \\\"*) current=${current:1} ;;\n"
    "      \\'*) current=${current:1} words=(\"${words[@]//\\'/\\\"}\") ;;\n"
    "      *) current=\\\"$current words=(\"${words[@]/#/\\\"}\") words=(\"${words[@]/%/\\\"}\") ;;\n"
    "    esac\n"
    "  fi\n"
    "  COMPREPLY=()\n"
    "  for word in \"${words[@]}\"; do\n"
    "    [[ $word != \"$current\"* || $given == *\" $word \"* ]] || COMPREPLY+=(\"$word\")\n"
    "  done\n"
    "}\n"
    "complete -F _sow sow\n";

/* What an option that was given does: it takes a value, and is not offered again unless it repeats. */
static void print_given(FILE *stream) {
  for (int i = 0; i < OPTION_COUNT; i++) {
    const option *one = &option_table[i];
    char letter[16] = "", names[96];
    if (one->letter != 0)
      snprintf(letter, sizeof letter, " -%c", one->letter);
    snprintf(names, sizeof names, "--%s%s ", one->name, letter);
    fprintf(stream, "        --%s%s%s)", one->name, one->letter != 0 ? " |" : "", letter);
    if (!one->repeats)
      fprintf(stream, " given+='%s'", names);
    if (one->metavar != NULL)
      fputs(" option=$word", stream);
    fputs(" ;;\n", stream);
  }
}

static void print_options(command_id id, FILE *stream) {
  fprintf(stream, "      %s) words=(", id == COMMAND_NONE ? "''" : command_table[id].name);
  const char *space = "";
  for (int i = 0; i < OPTION_COUNT; i++) {
    const option *one = &option_table[i];
    if (!option_is_of((option_id)i, id))
      continue;
    fprintf(stream, "%s--%s", space, one->name);
    space = " ";
    if (one->letter != 0)
      fprintf(stream, " -%c", one->letter);
  }
  fputs(") ;;\n", stream);
}

/* The places of a command where words of this kind stand, as a pattern of `case`; false where there are none.
 */
static bool print_places(command_id id, word_kind kind, FILE *stream) {
  const char *name = id == COMMAND_NONE ? "" : command_table[id].name, *bar = "      ";
  for (int i = 0; i < OPERAND_LIMIT; i++)
    if (operand_kind(id, i) == kind) {
      fprintf(stream, "%s%s:%d", bar, name, i + 1);
      bar = " | ";
    }
  for (int i = 0; i < OPTION_COUNT; i++) {
    const option *one = &option_table[i];
    if (one->kind != kind || !option_is_of((option_id)i, id))
      continue;
    fprintf(stream, "%s%s:--%s", bar, name, one->name);
    bar = " | ";
    if (one->letter != 0)
      fprintf(stream, " | %s:-%c", name, one->letter);
  }
  return bar[1] == '|';
}

static void print_candidates(command_id id, word_kind kind, FILE *stream) {
  char buffer[CANDIDATE_SIZE];
  const char *word, *space = "";
  if (kind == WORD_FILE) {
    fputs(") compopt -o default ;;\n", stream);
    return;
  }
  fputs(") words=(", stream);
  for (size_t i = 0; (word = candidate_at(kind, id, i, buffer)) != NULL; i++) {
    fprintf(stream, kind == WORD_EXPRESSION ? "%s\"%s\"" : "%s%s", space, word);
    space = kind == WORD_EXPRESSION ? "\n        " : " ";
  }
  fputs(") ;;\n", stream);
}

void bash_completion(FILE *stream) {
  fputs(walk_begin, stream);
  print_given(stream);
  fputs(walk_end, stream);
  for (int i = 0; i <= COMMAND_COUNT; i++)
    print_options((command_id)i, stream);
  fputs(places_begin, stream);
  for (int i = 0; i <= COMMAND_COUNT; i++)
    for (int kind = WORD_ANY + 1; kind < WORD_KIND_COUNT; kind++)
      if (print_places((command_id)i, (word_kind)kind, stream))
        print_candidates((command_id)i, (word_kind)kind, stream);
  fputs(places_end, stream);
}
