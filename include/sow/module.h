/* A tree of modules as torch.nn builds it: names, shapes, and what initialises each tensor; no weights. */
#ifndef SOW_MODULE_H
#define SOW_MODULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sow/init.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A module has a class name, parameters, buffers and children, each in the order of registration. A tree
 * belongs to its root: sow_module_free(root) frees all of it.
 *
 * Building never needs a check per call. A call that fails records the first failure in the tree and returns
 * NULL; every function here takes NULL for the module and then does nothing; making a plan reports the
 * failure, and so does sow_module_status.
 *
 * Calling a layer's constructor records the draws that torch's constructor makes, in torch's order; setting
 * an initialiser records one more. Words that are drawn and overwritten later still move the stream.
 *
 * Not thread-safe: one thread at a time may build a tree. Reading a finished tree is thread-safe.
 * Names of children and parameters are non-empty and hold no '.'.
 */
typedef struct sow_module sow_module;

/* A root of any class name, without parameters. NULL when memory is short or class_name is no identifier. */
SOW_API sow_module *sow_module_new(const char *class_name);

/* Frees the tree of `root`. NULL is fine; a module that is no root is left alone. */
SOW_API void sow_module_free(sow_module *root);

/* The first failure that was recorded in the tree; SOW_NO_MEMORY for NULL; SOW_OK if there was none. */
SOW_API sow_status sow_module_status(const sow_module *module, sow_error *error);

/* ---- containers and registration ---- */

/* A child of any class name (Sequential, ReLU, MaxPool3d, a class of your own), without parameters. */
SOW_API sow_module *sow_child(sow_module *parent, const char *name, const char *class_name);

/* Registers a module of the same tree once more, under another name or parent (self.b = self.a). */
SOW_API void sow_module_share(sow_module *parent, const char *name, sow_module *shared);

/* copy.deepcopy: new tensors with the contents that the original's have at this moment; draws nothing. */
SOW_API sow_module *sow_module_copy(sow_module *parent, const char *name, const sow_module *original);

/* Moves a child to the end of its parent's order: it was constructed early and registered late. */
SOW_API void sow_module_register_last(sow_module *parent, const char *name);

/* nn.Parameter(torch.empty(shape)): an initialiser must be set before a plan is made. */
SOW_API void sow_module_add_parameter(sow_module *module, const char *name, int ndim, const int64_t *shape);

/* A persistent buffer. `dtype` SOW_DTYPE_COUNT means "the model's". */
SOW_API void sow_module_add_buffer(sow_module *module, const char *name, sow_dtype dtype, int ndim,
                                   const int64_t *shape, sow_initializer initializer);

/* module.parameter = other.other_parameter: from now on one tensor under two names. Shapes must be equal. */
SOW_API void sow_module_tie(sow_module *module, const char *parameter, sow_module *other,
                            const char *other_parameter);

/*
 * ---- layers: torch.nn's classes with parameters; the arguments that decide shapes and draws ----
 *
 * Each returns the new child. Sizes may be 0 where torch lets them. What torch refuses (a negative size,
 * groups that do not divide both channel counts) is a failure of the tree, SOW_INVALID_ARGUMENT; so are
 * SOW_OVERFLOW for a tensor beyond 63 bits, SOW_DUPLICATE_NAME and SOW_NO_MEMORY.
 */

SOW_API sow_module *sow_linear(sow_module *parent, const char *name, int64_t in_features,
                               int64_t out_features, bool bias);
SOW_API sow_module *sow_bilinear(sow_module *parent, const char *name, int64_t in1_features,
                                 int64_t in2_features, int64_t out_features, bool bias);

SOW_API sow_module *sow_conv1d(sow_module *parent, const char *name, int64_t in_channels,
                               int64_t out_channels, const int64_t kernel_size[1], int64_t groups, bool bias);
SOW_API sow_module *sow_conv2d(sow_module *parent, const char *name, int64_t in_channels,
                               int64_t out_channels, const int64_t kernel_size[2], int64_t groups, bool bias);
SOW_API sow_module *sow_conv3d(sow_module *parent, const char *name, int64_t in_channels,
                               int64_t out_channels, const int64_t kernel_size[3], int64_t groups, bool bias);
SOW_API sow_module *sow_conv_transpose1d(sow_module *parent, const char *name, int64_t in_channels,
                                         int64_t out_channels, const int64_t kernel_size[1], int64_t groups,
                                         bool bias);
SOW_API sow_module *sow_conv_transpose2d(sow_module *parent, const char *name, int64_t in_channels,
                                         int64_t out_channels, const int64_t kernel_size[2], int64_t groups,
                                         bool bias);
SOW_API sow_module *sow_conv_transpose3d(sow_module *parent, const char *name, int64_t in_channels,
                                         int64_t out_channels, const int64_t kernel_size[3], int64_t groups,
                                         bool bias);

#define SOW_NO_PADDING INT64_MIN /* for padding_idx: None */

/* `padding_idx` from -num_embeddings to num_embeddings-1, or SOW_NO_PADDING: that row is zero. */
SOW_API sow_module *sow_embedding(sow_module *parent, const char *name, int64_t num_embeddings,
                                  int64_t embedding_dim, int64_t padding_idx);
SOW_API sow_module *sow_embedding_bag(sow_module *parent, const char *name, int64_t num_embeddings,
                                      int64_t embedding_dim, int64_t padding_idx);

/*
 * Norms. `affine` adds the weight and, where `bias` is true as well, the bias; False for `bias` came with
 * torch 2.1 in LayerNorm, with 2.12 in the others. `stats`: running_mean, running_var and
 * num_batches_tracked.
 */
SOW_API sow_module *sow_batch_norm1d(sow_module *parent, const char *name, int64_t features, bool affine,
                                     bool bias, bool stats);
SOW_API sow_module *sow_batch_norm2d(sow_module *parent, const char *name, int64_t features, bool affine,
                                     bool bias, bool stats);
SOW_API sow_module *sow_batch_norm3d(sow_module *parent, const char *name, int64_t features, bool affine,
                                     bool bias, bool stats);
SOW_API sow_module *sow_sync_batch_norm(sow_module *parent, const char *name, int64_t features, bool affine,
                                        bool bias, bool stats);
SOW_API sow_module *sow_instance_norm1d(sow_module *parent, const char *name, int64_t features, bool affine,
                                        bool bias, bool stats);
SOW_API sow_module *sow_instance_norm2d(sow_module *parent, const char *name, int64_t features, bool affine,
                                        bool bias, bool stats);
SOW_API sow_module *sow_instance_norm3d(sow_module *parent, const char *name, int64_t features, bool affine,
                                        bool bias, bool stats);
SOW_API sow_module *sow_group_norm(sow_module *parent, const char *name, int64_t num_groups,
                                   int64_t num_channels, bool affine, bool bias);
SOW_API sow_module *sow_layer_norm(sow_module *parent, const char *name, int ndim,
                                   const int64_t *normalized_shape, bool affine, bool bias);
SOW_API sow_module *sow_rms_norm(sow_module *parent, const char *name, int ndim,
                                 const int64_t *normalized_shape, bool affine);

SOW_API sow_module *sow_prelu(sow_module *parent, const char *name, int64_t num_parameters, double init);

/* nn.RNN, nn.LSTM, nn.GRU. `proj_size` 0 for none; LSTM only. */
typedef struct sow_rnn_options {
  size_t size;        /* sizeof the struct: see "options" in status.h */
  int64_t num_layers; /* 0 is taken as 1 */
  int64_t proj_size;
  bool bidirectional;
  bool no_bias;
} sow_rnn_options;

/* `options` NULL: one layer, one direction, with biases. */
SOW_API sow_module *sow_rnn(sow_module *parent, const char *name, int64_t input_size, int64_t hidden_size,
                            const sow_rnn_options *options);
SOW_API sow_module *sow_lstm(sow_module *parent, const char *name, int64_t input_size, int64_t hidden_size,
                             const sow_rnn_options *options);
SOW_API sow_module *sow_gru(sow_module *parent, const char *name, int64_t input_size, int64_t hidden_size,
                            const sow_rnn_options *options);
SOW_API sow_module *sow_rnn_cell(sow_module *parent, const char *name, int64_t input_size,
                                 int64_t hidden_size, bool bias);
SOW_API sow_module *sow_lstm_cell(sow_module *parent, const char *name, int64_t input_size,
                                  int64_t hidden_size, bool bias);
SOW_API sow_module *sow_gru_cell(sow_module *parent, const char *name, int64_t input_size,
                                 int64_t hidden_size, bool bias);

typedef struct sow_attention_options {
  size_t size;  /* sizeof the struct: see "options" in status.h */
  int64_t kdim; /* 0 means embed_dim */
  int64_t vdim;
  bool no_bias;
  bool add_bias_kv;
} sow_attention_options;

/* `options` NULL: packed projection with bias. */
SOW_API sow_module *sow_multihead_attention(sow_module *parent, const char *name, int64_t embed_dim,
                                            const sow_attention_options *options);

/* nn.Transformer and its parts; `no_bias` is bias=False of torch 2.1 and later, for every sub-layer. */
SOW_API sow_module *sow_transformer_encoder_layer(sow_module *parent, const char *name, int64_t d_model,
                                                  int64_t dim_feedforward, bool no_bias);
SOW_API sow_module *sow_transformer_decoder_layer(sow_module *parent, const char *name, int64_t d_model,
                                                  int64_t dim_feedforward, bool no_bias);
/*
 * nn.TransformerEncoder(nn.TransformerEncoderLayer(…), num_layers, norm): one layer is drawn and copied, so
 * all layers are equal, as in torch. `final_norm` adds LayerNorm(d_model) as `norm`.
 */
SOW_API sow_module *sow_transformer_encoder(sow_module *parent, const char *name, int64_t d_model,
                                            int64_t dim_feedforward, int64_t num_layers, bool final_norm,
                                            bool no_bias);
SOW_API sow_module *sow_transformer_decoder(sow_module *parent, const char *name, int64_t d_model,
                                            int64_t dim_feedforward, int64_t num_layers, bool final_norm,
                                            bool no_bias);
/* Both halves, then xavier_uniform_ over every parameter with more than one dimension, as in torch. */
SOW_API sow_module *sow_transformer(sow_module *parent, const char *name, int64_t d_model,
                                    int64_t num_encoder_layers, int64_t num_decoder_layers,
                                    int64_t dim_feedforward, bool no_bias);

/* `cutoffs` as given to torch, without the final n_classes. */
SOW_API sow_module *sow_adaptive_log_softmax(sow_module *parent, const char *name, int64_t in_features,
                                             int64_t n_classes, size_t cutoff_count, const int64_t *cutoffs,
                                             double div_value, bool head_bias);

/* ---- looking at a module ---- */

/* "Conv3d". "" for NULL. */
SOW_API const char *sow_module_class(const sow_module *module);

/* Whether the module itself has a parameter of that name that is not None. */
SOW_API bool sow_module_has(const sow_module *module, const char *parameter);

/* A child by its dotted path ("layer1.0.conv1"); "" is the module itself; NULL when there is none. */
SOW_API sow_module *sow_module_find(sow_module *module, const char *path);

/* Parameters of the module itself, in registration order. */
SOW_API size_t sow_module_parameter_count(const sow_module *module);

typedef struct sow_parameter {
  const char *name; /* in its module ("weight"), or from the root of the walk ("fc.weight") */
  int ndim;
  const int64_t *shape;
  bool initialized; /* whether anything initialises it so far */
} sow_parameter;

/* False when index is not below the count. The strings and shape live as long as the tree. */
SOW_API bool sow_module_parameter(const sow_module *module, size_t index, sow_parameter *parameter);

/* ---- initialising ---- */

/*
 * Records that `parameter` of the module itself is initialised now, by `initializer`, on the root's stream; a
 * parameter that is None or unknown is a failure of the tree. `rule` names the line that asked for it and is
 * copied; the macro gives file and line of the call.
 */
SOW_API void sow_module_set_as(sow_module *module, const char *parameter, sow_initializer initializer,
                               const char *rule);
#define SOW__TEXT2(x) #x
#define SOW__TEXT(x) SOW__TEXT2(x)
#define sow_module_set(module, parameter, initializer)                                                       \
  sow_module_set_as((module), (parameter), (initializer), __FILE__ ":" SOW__TEXT(__LINE__))

/*
 * The same for a part of a parameter or buffer, as p[b0:b0+s0, b1:b1+s1].normal_() does: from begin[d] on,
 * size[d] elements of each dimension. NULL `begin`: from 0; NULL `size`: to the end. `call` may be any of
 * init.h, those that change what is there too. SOW_SHAPE for a part outside of it is a failure of the tree.
 */
SOW_API void sow_module_step_as(sow_module *module, const char *tensor, const int64_t *begin,
                                const int64_t *size, sow_initializer call, const char *rule);
#define sow_module_step(module, tensor, begin, size, call)                                                   \
  sow_module_step_as((module), (tensor), (begin), (size), (call), __FILE__ ":" SOW__TEXT(__LINE__))

/*
 * The same for a call that reads another tensor of the tree as it is at this moment: sow_copy(), sow_norm(d),
 * sow_view_as_complex(), or sow_mul, sow_add, sow_sub and sow_div with that tensor for their number. The part
 * of it from other_begin on has the size of what is written; sow_norm and sow_view_as_complex take all of it.
 */
SOW_API void sow_module_step_from_as(sow_module *module, const char *tensor, const int64_t *begin,
                                     const int64_t *size, sow_initializer call, sow_module *other,
                                     const char *other_tensor, const int64_t *other_begin, const char *rule);
#define sow_module_step_from(module, tensor, begin, size, call, other, other_tensor, other_begin)            \
  sow_module_step_from_as((module), (tensor), (begin), (size), (call), (other), (other_tensor),              \
                          (other_begin), __FILE__ ":" SOW__TEXT(__LINE__))

/*
 * Module.apply: calls `function` for each child before its parent, in registration order, the module itself
 * last. A module that is registered under two parents is visited once for each, as in torch.
 */
SOW_API void sow_module_apply(sow_module *module, void (*function)(sow_module *module, void *context),
                              void *context);

/*
 * `for name, p in module.named_parameters()`: each parameter once, under its first name; a module's own
 * before its children's. The callback initialises `name` of `owner` (its own name is parameter->name's last
 * part) with sow_module_set. Returns early with SOW_NO_MEMORY only.
 */
SOW_API sow_status sow_module_named_parameters(sow_module *module,
                                               void (*function)(sow_module *owner, const char *own_name,
                                                                const sow_parameter *parameter,
                                                                void *context),
                                               void *context, sow_error *error);

/* ---- text ---- */

typedef struct sow_alias {
  const char *from; /* a class name in the text, or a glob for classes that sow does not know ("*RMSNorm") */
  const char *to;   /* the torch.nn class that it stands for */
} sow_alias;

typedef struct sow_parse_options {
  size_t size;        /* sizeof the struct: see "options" in status.h */
  const char *source; /* the text's name in diagnostics; NULL: none */
  const sow_alias *aliases;
  size_t alias_count;
  const char *const *ignored; /* class names, or globs, to take as having no parameters */
  size_t ignored_count;
  sow_edition edition; /* of the torch that printed the text, for what a print leaves out */
  bool allow_missing;  /* take classes that hold tensors which no print shows without those tensors */
  bool rules_follow;   /* the caller initialises anew: no warning that the model's constructor does */
} sow_parse_options;

/*
 * Reads what print(model) shows in torch 1.13 to 2.14, in UTF-8 or UTF-16, and finds it in the log or
 * document that surrounds it; the language and what a print cannot tell are in docs/models.md. Classes that
 * are not known and hold something are refused all at once, with the aliases that would take them; so are
 * classes of torchvision, timm and transformers that hold tensors which no print shows. `options`
 * may be NULL (newest edition). The tree is the caller's to free. SOW_SYNTAX, SOW_UNKNOWN_NAME,
 * SOW_DUPLICATE_NAME (a child, or a class with two aliases), SOW_INVALID_ARGUMENT, SOW_OVERFLOW, SOW_LIMIT
 * (nested deeper than 1000, a text over 64 MiB), SOW_NO_MEMORY. Thread-safe.
 */
SOW_API sow_status sow_module_parse(const char *text, size_t length, const sow_parse_options *options,
                                    sow_module **module, sow_error *error);

/*
 * Reads a list of tensors, one a line: "name dtype [d0, d1]", with # before comments, or as loops over
 * named_parameters() print it: "name torch.Size([d0, d1])", of the model's type if none is shown. The tree is
 * one module without a class of torch's, whose parameters bear the names; nothing initialises them yet, so a
 * plan needs rules that cover them all, in the order of the list. *dtype is the type of the first
 * floating-point tensor (float32 where there is none): tensors of it take the plan's type, the others keep
 * their own. `source` names the text in diagnostics and may be NULL. SOW_SYNTAX, SOW_UNKNOWN_NAME for a type
 * that sow does not make, SOW_DUPLICATE_NAME, SOW_INVALID_ARGUMENT, SOW_OVERFLOW, SOW_LIMIT, SOW_NO_MEMORY.
 * Thread-safe.
 */
SOW_API sow_status sow_module_parse_shapes(const char *text, size_t length, const char *source,
                                           sow_module **module, sow_dtype *dtype, sow_error *error);

/* Whether a text begins as such a list and not as a printed model. Thread-safe. */
SOW_API bool sow_shapes_recognize(const char *text, size_t length);

/*
 * Writes the tree as print(model) would, with the arguments that decide shapes; of one that was parsed, or
 * made of constructors alone, sow_module_parse reads it back, with the same options, as a tree with the same
 * tensors and draws. What no print shows is lost, as it is in PyTorch: parameters and buffers of a module's
 * own, ties, modules with two places, another order (sow_module_print_recording has all). *text is the
 * caller's to free(). SOW_NO_MEMORY. Thread-safe.
 */
SOW_API sow_status sow_module_print(const sow_module *module, char **text, size_t *length, sow_error *error);

/* A torch.nn class that sow knows, and whether it has parameters; NULL past the end. Thread-safe. */
SOW_API const char *sow_layer_name(size_t index, bool *has_parameters);

#ifdef __cplusplus
}
#endif

#endif
