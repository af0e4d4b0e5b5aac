/* What the files share that turn a printed model into a tree of modules. */
#ifndef SOW_TEXT_PRINTED_BUILD_H
#define SOW_TEXT_PRINTED_BUILD_H

#include "module/layer_table.h"
#include "module/tree.h"
#include "text/class_table.h"
#include "text/library_table.h"
#include "text/printed.h"

/* ---- warnings: one line for each kind, at its first place, with the classes' names ---- */

typedef enum sow__note_kind {
  SOW__NOTE_UNKNOWN_CLASS,
  SOW__NOTE_OTHER_STRUCTURE,
  SOW__NOTE_CONTAINER_SIZES,
  SOW__NOTE_UNPRINTED,
  SOW__NOTE_INITIALISED_AGAIN,
  SOW__NOTE_LORA,
  SOW__NOTE_ATTENTION_SIZES,
  SOW__NOTE_LAYER_NORM_BIAS,
  SOW__NOTE_ALIAS_ARGUMENT,
  SOW__NOTE_LAYER_DTYPE,
  SOW__NOTE_COUNT
} sow__note_kind;

#define SOW__NOTE_NAMES 12

typedef struct sow__note {
  size_t begin, count;
  const char *names[SOW__NOTE_NAMES]; /* borrowed from the syntax tree */
  bool more;
} sow__note;

/* ---- classes that are refused: collected, and told all at once ---- */

#define SOW__UNKNOWN_CLASSES 40

typedef struct sow__unknown {
  const sow__printed *nodes[SOW__UNKNOWN_CLASSES]; /* the first of each class */
  size_t count;
  bool more;
} sow__unknown;

typedef struct sow__builder {
  const sow__printed_text *printed;
  const sow_parse_options *options; /* never NULL */
  sow__tree *tree;
  sow_error *error;
  sow__note notes[SOW__NOTE_COUNT];
  sow__unknown unknown;
  size_t linear, linear_without_bias; /* how many so far: what the biases of norms are likely to be */
  size_t path, path_total;            /* bytes of dotted names: of the current module, of all so far */
} sow__builder;

void sow__note_add(sow__builder *builder, sow__note_kind kind, const sow__printed *node);
/* Of what the name that a module has says of its values. */
void sow__note_name(sow__builder *builder, const char *name, const sow__printed *node);
/* Also tells of aliases and ignored names that no module of the text has. */
void sow__notes_report(const sow__builder *builder);

/* ---- building ---- */

/* What the constructor of the module around has decided, where the print does not show it. */
typedef enum sow__hidden { SOW__HIDDEN_UNKNOWN, SOW__HIDDEN_DEFAULT, SOW__HIDDEN_NO_BIAS } sow__hidden;

/* Builds a module, as a child of `parent`; its name is at byte `place` of the text. */
sow_status sow__build_node(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                           const sow__printed *node, sow__hidden hidden);

/* Whatever stands after a child's name: a module or a parameter. */
sow_status sow__build_child(sow__builder *builder, sow_module *module, const char *name,
                            const sow__printed_child *child, sow__hidden hidden);

/* Whether sow knows the class of itself. */
bool sow__build_known(const char *class_name);

/*
 * Whether a glob takes the class: one that sow does not know; nor, but to ignore it, one of the libraries
 * that holds tensors of its own.
 */
bool sow__build_glob_takes(const char *glob, const char *class_name, bool as_nothing);

/* The node's class by the name under which it is known: its own, or the one behind fully_shard's prefix. */
const char *sow__build_class(const sow__builder *builder, const sow__printed *node);

/* The torch.nn class that a class name stands for in this text, or itself. */
const char *sow__build_target(const sow__builder *builder, const sow__printed *node);

/* SOW_INVALID_ARGUMENT at byte `at`: "'Linear' WHY". */
sow_status sow__build_fail(const sow__builder *builder, size_t at, const sow__printed *node, const char *why);

/* The failure that the tree has recorded, if any, at the node's place in the text. */
sow_status sow__build_status(sow__builder *builder, const sow__printed *node, size_t place);

/*
 * Reads the node's extra text as arguments of `arguments`, each checked for what it takes. `values` has room
 * for SOW__CLASS_ARGUMENTS; the values live as long as the arena.
 */
sow_status sow__build_arguments(sow__builder *builder, const sow__printed *node,
                                const sow__class_argument *arguments, bool lenient, sow__arena *arena,
                                const sow__text_value **values);

/* ---- attention and transformers: recognised by class name and structure ---- */

bool sow__is_attention(const sow__builder *builder, const sow__printed *node);
sow_status sow__build_attention(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                                const sow__printed *node, sow__hidden hidden);

/* nn.TransformerEncoderLayer or …DecoderLayer; *hidden: what its norms and attentions are made with. */
bool sow__is_transformer_layer(const sow__builder *builder, const sow__printed *node, sow__hidden *hidden);

/* nn.TransformerEncoder or …Decoder, whose layers are copies of one. */
bool sow__is_stack(const sow__builder *builder, const sow__printed *node);
sow_status sow__build_stack(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                            const sow__printed *node, sow__hidden hidden);

bool sow__is_transformer(const sow__builder *builder, const sow__printed *node);
sow_status sow__build_transformer(sow__builder *builder, sow_module *parent, const char *name, size_t place,
                                  const sow__printed *node);

/* ---- unknown classes ---- */

/* Whether the extra text has a size by position, or one whose name says so. */
bool sow__extra_has_sizes(const sow__printed_text *printed, const sow__printed *node);

/* Whether a class of this name, without arguments and children, has weights (T5LayerNorm); or surely none
 * (Swish). */
bool sow__name_says_weights(const char *class_name);
bool sow__name_says_nothing_held(const char *class_name);
bool sow__name_says_quantised(const char *class_name);
bool sow__name_says_observer(const char *class_name); /* of a model that is prepared for quantisation */

/* One or the other: whatever its children are, it holds tensors of its own that are not shown. */
bool sow__is_quantised(const sow__printed_text *printed, const sow__printed *node);

/*
 * torch.nn's class of the same name behind a prefix ("RMSNorm" of "MyRMSNorm"), else one that a slip made;
 * NULL where its tensors, their shapes or their first values may be others.
 */
const char *sow__unknown_propose(const sow__builder *builder, const sow__printed *node);

/* The tensors that a class holds and its print does not show, as sow__library_held has them; or NULL. */
const char *sow__unknown_held(const sow__builder *builder, const sow__printed *node);

/* Why the tensors of a class that torch knows cannot be known from its print; or NULL. `layer` may be NULL.
 */
const char *sow__build_refusal(const sow__builder *builder, const sow__printed *node,
                               const sow__layer_row *layer);

/* Refuses a class; the build goes on, so that sow__unknown_report can tell of all that are refused. */
void sow__unknown_add(sow__builder *builder, const sow__printed *node);

/* SOW_UNKNOWN_NAME with the options that would take the classes that were refused; SOW_OK if none was. */
sow_status sow__unknown_report(sow__builder *builder);

/*
 * Of a tree without tensors. Text that is no model reads as a class that sow does not know (OrderedDict,
 * Adam), which is a failure; where all classes are known, or ignored, it is a model all the same, and a
 * warning.
 */
sow_status sow__empty_report(sow__builder *builder);

#endif
