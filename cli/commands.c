#include "commands.h"

#include <stdio.h>
#include <string.h>

#include "diagnostics.h"
#include "nearest.h"

const command command_table[COMMAND_COUNT] = {
    [COMMAND_INIT] =
        {"init", "MODEL [options] -o FILE", 1, 1, "write a checkpoint with a model's initial weights",
         "MODEL is a file that holds what print(model) shows in PyTorch, or a list of tensors "
         "(.safetensors,\n"
         "or 'name dtype [sizes]' a line), whose tensors the rules must cover. The weights are those that "
         "PyTorch\n"
         "gives after torch.manual_seed(N), building the model, and initialising it by the rules.\n"
         "FILE is written as .safetensors, with the recipe in its metadata, and appears when complete.\n"
         "\n"
         "Examples:\n"
         "  sow init c3d.txt --rules weights_init.rules --seed 42 -o c3d.safetensors\n"
         "  sow init gpt2.txt --rules gpt2.rules --cast bf16 -o gpt2.safetensors\n"
         "  python3 -c 'import torchvision as t; print(t.models.resnet18())' | sow init - -o "
         "r18.safetensors\n",
         cmd_init},
    [COMMAND_PLAN] =
        {"plan", "MODEL [options]", 1, 1, "show which initialiser makes each tensor of a model, from where",
         "Prints, for each tensor that 'sow init' would write: name, type, shape, initialiser, the rule "
         "that\n"
         "chose it, its place in the random stream, and the expected mean, deviation and bounds.\n"
         "\n"
         "Examples:\n"
         "  sow plan c3d.txt --rules weights_init.rules\n"
         "  sow plan c3d.txt --format json > c3d.plan.json\n",
         cmd_plan},
    [COMMAND_INSPECT] =
        {"inspect", "FILE [options]", 1, 1, "show what is in a checkpoint, with statistics of each tensor",
         "FILE is a .safetensors file, the index of a sharded checkpoint, or a folder that holds one. Its\n"
         "header is held to the rules of the format, and every value is read. Mean, standard deviation (as\n"
         "torch's std), min and max are of the finite values; layers that differ in their numbers only\n"
         "share a row. The result is the same at any number of threads.\n"
         "\n"
         "Examples:\n"
         "  sow inspect c3d.safetensors\n"
         "  sow inspect model.safetensors.index.json --all --digest\n"
         "  sow inspect checkpoints/ --format json > checkpoints.json\n",
         cmd_inspect},
    [COMMAND_CHECK] =
        {"check", "FILE [MODEL] [options]", 1, 2, "tell whether a checkpoint is what its recipe says",
         "With MODEL, every tensor is made again from the recipe in FILE (or from the options, which go "
         "before\n"
         "it) and compared bit for bit; FILE may be PyTorch's own, with --seed. Where they differ, where "
         "there\n"
         "is no seed, or without MODEL, FILE is examined for what a sound initialisation does not have: "
         "NaN,\n"
         "memory that was never written, equal tensors or halves of one, and with MODEL values outside the\n"
         "bounds of a rule, or means and deviations that chance does not explain.\n"
         "Exit status: 0 sound, 1 not.\n"
         "\n"
         "Examples:\n"
         "  sow check c3d.safetensors c3d.txt\n"
         "  sow check from_torch.safetensors c3d.txt --rules weights_init.rules --seed 42\n"
         "  sow check unknown.safetensors\n",
         cmd_check},
    [COMMAND_DIFF] =
        {"diff", "A B [options]", 2, 2, "compare two checkpoints, tensor by tensor",
         "A and B are .safetensors files, indices, or folders. Prints what is in one of them only, what "
         "changed\n"
         "its type or shape, and how many elements of the others differ, from where on and by how much.\n"
         "Exit status: 0 equal, 1 not.\n"
         "\n"
         "Examples:\n"
         "  sow diff before.safetensors after.safetensors\n"
         "  sow diff model.safetensors sharded/\n",
         cmd_diff},
    [COMMAND_FILL] =
        {"fill", "EXPRESSION SHAPE [options]", 2, 2, "make one tensor and print it, or write it as .npy",
         "EXPRESSION is a call of torch.nn.init without the tensor; SHAPE is its sizes, as in 3,5.\n"
         "Prints every value, in the shortest form that reads back as the same bits.\n"
         "\n"
         "Examples:\n"
         "  sow fill \"xavier_uniform_(gain=calculate_gain('relu'))\" 3,5\n"
         "  sow fill \"trunc_normal_(std=0.02)\" 1000,768 --seed 7 --torch 2.6 -o w.npy\n",
         cmd_fill},
    [COMMAND_GAIN] = {"gain", "NONLINEARITY [PARAM]", 1, 2, "print torch.nn.init.calculate_gain",
                      "PARAM is the negative slope of leaky_relu, 0.01 when left out.\n"
                      "\n"
                      "Examples:\n"
                      "  sow gain relu\n"
                      "  sow gain leaky_relu 0.2\n",
                      cmd_gain},
    [COMMAND_LIST] = {"list", "initializers|layers|nonlinearities", 1, 1, "list what sow knows",
                      "initializers    calls for 'sow fill' and for rules, with their defaults\n"
                      "layers          classes of torch.nn that a model may hold, and which have parameters\n"
                      "nonlinearities  names for 'sow gain' and calculate_gain, with their gains\n",
                      cmd_list},
    [COMMAND_HELP] = {"help", "[COMMAND]", 0, 1, "explain a command",
                      "Without COMMAND: what the commands are.\n", cmd_help},
};

command_id command_find(const char *name) {
  nearest near = {.name = name};
  for (int i = 0; i < COMMAND_COUNT; i++) {
    if (strcmp(command_table[i].name, name) == 0)
      return (command_id)i;
    nearest_offer(&near, command_table[i].name);
  }
  char hint[64];
  complain("unknown command '%s'%s", name, nearest_hint(&near, "", hint, sizeof hint));
  return COMMAND_NONE;
}
