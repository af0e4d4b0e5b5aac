#include "cli/arguments/commands.h"

#include <stdio.h>
#include <string.h>

#include "cli/arguments/arguments.h"
#include "cli/arguments/readers.h"
#include "cli/arguments/words.h"

const char program_summary[] = "write the initial weights that PyTorch would give a model, bit for bit";

const char program_description[] =
    "sow reads a recording of a model's constructor, or what print(model) shows in PyTorch, and rules that "
    "say which "
    "initialiser makes which tensor, and writes the bytes that PyTorch would make of them from the same "
    "seed. It needs "
    "no PyTorch. It also looks at "
    "checkpoints, whoever wrote them: what is in them, whether they are what their recipe says, and how two "
    "of "
    "them differ.\n"
    "\n"
    "Options stand before or after the operands, as '--seed 7' or '--seed=7'; '--' ends them. Where one is "
    "given "
    "twice the last one counts, but for those that say 'again for more'. A text or an output named '-' is "
    "standard input or output; checkpoints are read from files. Data goes to the file of --output or to "
    "standard output, and what is said to people to "
    "standard error.";

const exit_row exit_table[EXIT_COUNT] = {
    {"done", "All is done, and the answer of a command that compares is yes."},
    {"no",
     "The answer of a command that compares is no: 'sow check' found something, 'sow diff' a difference."},
    {"trouble",
     "A message says what: a command line that means nothing, something wrong with the model, the rules or a "
     "file, or memory or a disk that does not suffice. What was to be written has not got its name."},
};

#define OPERAND(name, kind, optional, read, member)                                                          \
  { name, kind, optional, read, offsetof(arguments, member) }

const command command_table[COMMAND_COUNT] = {
    [COMMAND_RECORD] =
        {"record",
         {OPERAND("EXPRESSION", WORD_ANY, false, read_text, record.expression)},
         "FILE",
         "write down what a model's constructor does to its tensors",
         "Runs 'python3 -m sow record': it takes Python, torch and the Python package of sow, and it is the "
         "one command that does. EXPRESSION is Python whose value is a module, or a mapping or sequence of "
         "modules and tensors; names with dots are imported. No weight is filled, and FILE is a MODEL for "
         "every other command, at any seed, on machines without Python.",
         NULL,
         {{"A model of a library", "sow record 'torchvision.models.resnet18()' -o resnet18.sow"},
          {"A model of one's own, in bfloat16",
           "sow record 'Net(depth=12)' --file net.py --dtype bfloat16 -o net.sow"}},
         cmd_record},
    [COMMAND_INIT] =
        {"init",
         {OPERAND("MODEL", WORD_FILE, false, read_text, init.path)},
         "FILE",
         "write a checkpoint with a model's initial weights",
         "MODEL is a recording that 'sow record' made of a constructor; or what print(model) shows in "
         "PyTorch; or a "
         "list of tensors, all of which the rules must cover: a checkpoint, of which only the header is "
         "read, or text "
         "with a line 'name dtype [sizes]' for each.\n"
         "\n"
         "The weights are those that PyTorch gives after torch.manual_seed(N), building the model, and "
         "initialising it by the rules. FILE is written as .safetensors, with the recipe in its metadata, "
         "and "
         "appears when it is complete.\n"
         "\n"
         "Rules are a text of their own, or weights_init(m) as it stands in a file whose name ends in .py: "
         "no "
         "Python runs. Where the file has several functions, :NAME behind it says which, or a call: "
         "'init.py:model.apply(weights_init(0.02))'.",
         NULL,
         {{"A recorded model, from a seed of one's own",
           "sow init resnet18.sow --seed 42 -o resnet18.safetensors"},
          {"C3D as weights_init(m) and seed 42 make it",
           "sow init c3d.txt --rules weights_init.rules --seed 42 -o c3d.safetensors"},
          {"The same by the function itself",
           "sow init c3d.txt --rules weights_init.py --seed 42 -o c3d.safetensors"},
          {"GPT-2, drawn in float32 and stored in bfloat16",
           "sow init gpt2.txt --rules gpt2.rules --cast bf16 -o gpt2.safetensors"},
          {"Part 3 of 7, each by a process of its own, in any order, on as many machines",
           "sow init gpt2.txt --rules gpt2.rules --slice 3/7 -o gpt2.safetensors"},
          {"A model as its program prints it", "python3 net.py | sow init - -o net.safetensors"}},
         cmd_init},
    [COMMAND_PLAN] = {"plan",
                      {OPERAND("MODEL", WORD_FILE, false, read_text, plan.path)},
                      NULL,
                      "show which initialiser makes each tensor of a model, from where",
                      "Prints, for each tensor that 'sow init' would write: name, type, shape, the steps "
                      "that make it, the line "
                      "that asked for the last of them (of the rules, or of the constructor's code), its "
                      "place in the random "
                      "stream, and the expected mean, deviation and bounds. MODEL is as for 'sow init'.",
                      NULL,
                      {{"Which rule makes which tensor", "sow plan c3d.txt --rules weights_init.rules"},
                       {"The same for a program", "sow plan c3d.txt --format json > c3d.plan.json"}},
                      cmd_plan},
    [COMMAND_INSPECT] = {"inspect",
                         {OPERAND("FILE", WORD_FILE, false, read_text, inspect.path)},
                         NULL,
                         "show what is in a checkpoint, with statistics of each tensor",
                         "FILE is a .safetensors file, the index of a sharded checkpoint, or a folder that "
                         "holds one. Its header "
                         "is held to the rules of the format, and every value is read. Mean, standard "
                         "deviation (as torch's std), "
                         "min and max are of the finite values; layers that differ in their numbers only "
                         "share a row. The result "
                         "is the same at any number of threads.",
                         NULL,
                         {{"A row for each kind of layer", "sow inspect c3d.safetensors"},
                          {"A row and a SHA-256 for each tensor of a sharded checkpoint",
                           "sow inspect model.safetensors.index.json --all --digest"},
                          {"The same for a program",
                           "sow inspect checkpoints/ --format json > checkpoints.json"}},
                         cmd_inspect},
    [COMMAND_CHECK] =
        {"check",
         {OPERAND("FILE", WORD_FILE, false, read_text, check.path),
          OPERAND("MODEL", WORD_FILE, true, read_text, check.model_path)},
         NULL,
         "tell whether a checkpoint is what its recipe says",
         "With MODEL, every tensor is made again from the recipe in FILE (or from the options, which go "
         "before "
         "it) and compared bit for bit; FILE may be PyTorch's own, with --seed.\n"
         "\n"
         "Where they differ, where there is no seed, or without MODEL, FILE is examined for what a sound "
         "initialisation does not have: NaN, memory that was never written, equal tensors or halves of one, "
         "and "
         "with MODEL values outside the bounds of a rule, or means and deviations that chance does not "
         "explain.",
         "0 sound, 1 not, 2 trouble",
         {{"Is it what the recipe in it says, bit for bit?", "sow check c3d.safetensors c3d.txt"},
          {"Is a file that PyTorch wrote?",
           "sow check from_torch.safetensors c3d.txt --rules weights_init.rules --seed 42"},
          {"Is anything wrong with a file of which nothing is known?", "sow check unknown.safetensors"}},
         cmd_check},
    [COMMAND_DIFF] =
        {"diff",
         {OPERAND("A", WORD_FILE, false, read_text, diff.paths[0]),
          OPERAND("B", WORD_FILE, false, read_text, diff.paths[1])},
         NULL,
         "compare two checkpoints, tensor by tensor",
         "A and B are .safetensors files, indices, or folders. Prints what is in one of them only, what "
         "changed "
         "its type or shape, and how many elements of the others differ, from where on and by how much.",
         "0 equal, 1 not, 2 trouble",
         {{"What did a step change?", "sow diff before.safetensors after.safetensors"},
          {"Is a sharded checkpoint the same as one file?", "sow diff model.safetensors sharded/"}},
         cmd_diff},
    [COMMAND_REPORT] =
        {"report",
         {OPERAND("FILE", WORD_FILE, false, read_text, report.path),
          OPERAND("MODEL", WORD_FILE, true, read_text, report.model_path)},
         "PAGE",
         "show a checkpoint on a page for the browser",
         "Writes one HTML file that needs no network: warnings; by depth the measured deviation beside the "
         "expected one, the effective gain, and what it leaves of a signal; histograms under the density of "
         "their rule; the rules and what they covered; all tensors.\n"
         "\n"
         "MODEL, the recipe in FILE and the options are taken as by 'sow check'. Without MODEL the page "
         "shows "
         "what can be measured, and says what it lacks.",
         NULL,
         {{"All that can be known of a checkpoint", "sow report c3d.safetensors c3d.txt -o c3d.html"},
          {"What weights_init changed",
           "sow report after.safetensors c3d.txt --before before.safetensors -o c3d.html"},
          {"A file of which nothing is known", "sow report unknown.safetensors -o unknown.html"}},
         cmd_report},
    [COMMAND_FILL] =
        {"fill",
         {OPERAND("EXPRESSION", WORD_EXPRESSION, false, read_expression, fill.initializer),
          OPERAND("SHAPE", WORD_ANY, false, read_shape, fill.shape)},
         NULL,
         "make one tensor and print it, or write it",
         "EXPRESSION is a call of torch.nn.init without the tensor; SHAPE is its sizes, as in "
         "3,5. Prints every value, in the shortest form that reads back as the same bits. With -o the "
         "tensor is written as .npy, or as FILE.safetensors, which takes bfloat16 too, piece by piece: "
         "it may be larger than memory.",
         NULL,
         {{"A small tensor to look at", "sow fill \"xavier_uniform_(gain=calculate_gain('relu'))\" 3,5"},
          {"A large one for NumPy, as PyTorch 2.6 would make it",
           "sow fill \"trunc_normal_(std=0.02)\" 1000,768 --seed 7 --torch 2.6 -o w.npy"}},
         cmd_fill},
    [COMMAND_GAIN] = {"gain",
                      {OPERAND("NONLINEARITY", WORD_NONLINEARITY, false, read_nonlinearity,
                               gain.nonlinearity),
                       OPERAND("PARAM", WORD_ANY, true, read_number, gain.param)},
                      NULL,
                      "print torch.nn.init.calculate_gain",
                      "PARAM is the negative slope of leaky_relu, 0.01 when left out.",
                      NULL,
                      {{"The gain of ReLU", "sow gain relu"},
                       {"That of a leaky ReLU with slope 0.2", "sow gain leaky_relu 0.2"}},
                      cmd_gain},
    [COMMAND_LIST] =
        {"list",
         {OPERAND("LIST", WORD_LIST, false, read_choice, list.list)},
         NULL,
         "list what sow knows",
         "The initializers are calls for 'sow fill' and for rules, with their defaults; the "
         "layers are classes of "
         "torch.nn that a model may hold, and which have parameters; the methods change what a tensor "
         "holds, in rules after it was made; the nonlinearities are "
         "names for 'sow gain' "
         "and calculate_gain, with their gains.",
         NULL,
         {{"What may stand in rules", "sow list initializers"}},
         cmd_list},
    [COMMAND_HELP] = {"help",
                      {OPERAND("COMMAND", WORD_COMMAND, true, read_command, help.about)},
                      NULL,
                      "explain a command",
                      "Without COMMAND, says what the commands are.",
                      NULL,
                      {{NULL}},
                      cmd_help},
    [COMMAND_VERSION] = {"version",
                         {{NULL}},
                         NULL,
                         "print the version",
                         "As 'sow --version'.",
                         NULL,
                         {{"The instruction sets that this machine can run", "sow version --verbose"}},
                         cmd_version},
};

int command_operands(command_id id) {
  int count = 0;
  while (count < OPERAND_LIMIT && command_table[id].operands[count].name != NULL)
    count++;
  return count;
}

/* Appends to a text in a buffer. */
static void append(char *buffer, size_t size, const char *before, const char *text, const char *after) {
  size_t used = strlen(buffer);
  snprintf(buffer + used, size - used, "%s%s%s", before, text, after);
}

const char *command_usage(command_id id, char *buffer, size_t size) {
  snprintf(buffer, size, "%s", id == COMMAND_NONE ? "COMMAND" : command_table[id].name);
  for (int i = 0; id != COMMAND_NONE && i < command_operands(id); i++) {
    const operand *one = &command_table[id].operands[i];
    const char *word;
    if (one->kind != WORD_LIST)
      append(buffer, size, one->optional ? " [" : " ", one->name, one->optional ? "]" : "");
    else
      for (size_t w = 0; (word = word_at(one->kind, id, w)) != NULL; w++)
        append(buffer, size, w == 0 ? " " : "|", word, "");
  }
  append(buffer, size, " ", "[options]", "");
  if (id != COMMAND_NONE && command_table[id].output != NULL)
    append(buffer, size, " -o ", command_table[id].output, "");
  return buffer;
}
