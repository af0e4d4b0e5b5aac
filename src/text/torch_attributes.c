/* clang-format off */
/* Written by tools/torch-attributes.py, of torch 2.13.0. */
#include "text/torch_attributes.h"

static const char *const of_AdaptiveAvgPool1d[] = {
    "output_size", NULL,
    NULL,
};
static const char *const of_AdaptiveLogSoftmaxWithLoss[] = {
    "cutoffs", "div_value", "head", "head_bias", "head_size", "in_features", "n_classes", "n_clusters",
    "shortlist_size", "tail", NULL,
    "_get_full_log_prob", "log_prob", "predict", "reset_parameters", NULL,
};
static const char *const of_AdaptiveMaxPool1d[] = {
    "output_size", "return_indices", NULL,
    NULL,
};
static const char *const of_AlphaDropout[] = {
    "inplace", "p", NULL,
    NULL,
};
static const char *const of_AvgPool1d[] = {
    "ceil_mode", "count_include_pad", "kernel_size", "padding", "stride", NULL,
    NULL,
};
static const char *const of_AvgPool2d[] = {
    "ceil_mode", "count_include_pad", "divisor_override", "kernel_size", "padding", "stride", NULL,
    NULL,
};
static const char *const of_BCELoss[] = {
    "reduction", "weight", NULL,
    NULL,
};
static const char *const of_BCEWithLogitsLoss[] = {
    "pos_weight", "reduction", "weight", NULL,
    NULL,
};
static const char *const of_BatchNorm1d[] = {
    "affine", "bias", "eps", "momentum", "num_batches_tracked", "num_features", "running_mean", "running_var",
    "track_running_stats", "weight", NULL,
    "_check_input_dim", "reset_parameters", "reset_running_stats", NULL,
};
static const char *const of_Bilinear[] = {
    "bias", "in1_features", "in2_features", "out_features", "weight", NULL,
    "reset_parameters", NULL,
};
static const char *const of_CELU[] = {
    "alpha", "inplace", NULL,
    NULL,
};
static const char *const of_CTCLoss[] = {
    "blank", "reduction", "zero_infinity", NULL,
    NULL,
};
static const char *const of_ChannelShuffle[] = {
    "groups", NULL,
    NULL,
};
static const char *const of_CircularPad1d[] = {
    "padding", NULL,
    "_check_input_dim", NULL,
};
static const char *const of_ConstantPad1d[] = {
    "padding", "value", NULL,
    NULL,
};
static const char *const of_Container[] = {
    NULL,
    NULL,
};
static const char *const of_Conv1d[] = {
    "_reversed_padding_repeated_twice", "bias", "dilation", "groups", "in_channels", "kernel_size",
    "out_channels", "output_padding", "padding", "padding_mode", "stride", "transposed", "weight", NULL,
    "_conv_forward", "reset_parameters", NULL,
};
static const char *const of_ConvTranspose1d[] = {
    "_reversed_padding_repeated_twice", "bias", "dilation", "groups", "in_channels", "kernel_size",
    "out_channels", "output_padding", "padding", "padding_mode", "stride", "transposed", "weight", NULL,
    "_conv_forward", "_output_padding", "reset_parameters", NULL,
};
static const char *const of_CosineEmbeddingLoss[] = {
    "margin", "reduction", NULL,
    NULL,
};
static const char *const of_CosineSimilarity[] = {
    "dim", "eps", NULL,
    NULL,
};
static const char *const of_CrossEntropyLoss[] = {
    "ignore_index", "label_smoothing", "reduction", "weight", NULL,
    NULL,
};
static const char *const of_CrossMapLRN2d[] = {
    "alpha", "beta", "k", "size", NULL,
    NULL,
};
static const char *const of_Embedding[] = {
    "embedding_dim", "max_norm", "norm_type", "num_embeddings", "padding_idx", "scale_grad_by_freq", "sparse",
    "weight", NULL,
    "_fill_padding_idx_with_zero", "from_pretrained", "reset_parameters", NULL,
};
static const char *const of_EmbeddingBag[] = {
    "embedding_dim", "include_last_offset", "max_norm", "mode", "norm_type", "num_embeddings", "padding_idx",
    "scale_grad_by_freq", "sparse", "weight", NULL,
    "_fill_padding_idx_with_zero", "from_pretrained", "reset_parameters", NULL,
};
static const char *const of_Flatten[] = {
    "end_dim", "start_dim", NULL,
    NULL,
};
static const char *const of_Fold[] = {
    "dilation", "kernel_size", "output_size", "padding", "stride", NULL,
    NULL,
};
static const char *const of_FractionalMaxPool2d[] = {
    "_random_samples", "kernel_size", "output_ratio", "output_size", "return_indices", NULL,
    NULL,
};
static const char *const of_GELU[] = {
    "approximate", NULL,
    NULL,
};
static const char *const of_GLU[] = {
    "dim", NULL,
    NULL,
};
static const char *const of_GRU[] = {
    "_all_weights", "_flat_weight_refs", "_flat_weights", "_flat_weights_names", "all_weights", "batch_first",
    "bias", "bidirectional", "dropout", "hidden_size", "input_size", "mode", "num_layers", "proj_size",
    "weight_hh_l0", "weight_ih_l0", NULL,
    "_init_flat_weights", "_update_flat_weights", "_weights_have_changed", "check_forward_args",
    "check_hidden_size", "check_input", "flatten_parameters", "get_expected_hidden_size", "permute_hidden",
    "reset_parameters", NULL,
};
static const char *const of_GRUCell[] = {
    "bias", "bias_hh", "bias_ih", "hidden_size", "input_size", "weight_hh", "weight_ih", NULL,
    "reset_parameters", NULL,
};
static const char *const of_GaussianNLLLoss[] = {
    "eps", "full", "reduction", NULL,
    NULL,
};
static const char *const of_GroupNorm[] = {
    "affine", "bias", "eps", "num_channels", "num_groups", "weight", NULL,
    "reset_parameters", NULL,
};
static const char *const of_Hardshrink[] = {
    "lambd", NULL,
    NULL,
};
static const char *const of_Hardsigmoid[] = {
    "inplace", NULL,
    NULL,
};
static const char *const of_Hardtanh[] = {
    "inplace", "max_val", "min_val", NULL,
    NULL,
};
static const char *const of_HuberLoss[] = {
    "delta", "reduction", NULL,
    NULL,
};
static const char *const of_InstanceNorm1d[] = {
    "affine", "bias", "eps", "momentum", "num_batches_tracked", "num_features", "running_mean", "running_var",
    "track_running_stats", "weight", NULL,
    "_apply_instance_norm", "_check_input_dim", "_get_no_batch_dim", "_handle_no_batch_input",
    "reset_parameters", "reset_running_stats", NULL,
};
static const char *const of_KLDivLoss[] = {
    "log_target", "reduction", NULL,
    NULL,
};
static const char *const of_L1Loss[] = {
    "reduction", NULL,
    NULL,
};
static const char *const of_LPPool1d[] = {
    "ceil_mode", "kernel_size", "norm_type", "stride", NULL,
    NULL,
};
static const char *const of_LSTM[] = {
    "_all_weights", "_flat_weight_refs", "_flat_weights", "_flat_weights_names", "all_weights", "batch_first",
    "bias", "bidirectional", "dropout", "hidden_size", "input_size", "mode", "num_layers", "proj_size",
    "weight_hh_l0", "weight_ih_l0", NULL,
    "_init_flat_weights", "_update_flat_weights", "_weights_have_changed", "check_forward_args",
    "check_hidden_size", "check_input", "flatten_parameters", "get_expected_cell_size",
    "get_expected_hidden_size", "permute_hidden", "reset_parameters", NULL,
};
static const char *const of_LayerNorm[] = {
    "bias", "elementwise_affine", "eps", "normalized_shape", "weight", NULL,
    "reset_parameters", NULL,
};
static const char *const of_LeakyReLU[] = {
    "inplace", "negative_slope", NULL,
    NULL,
};
static const char *const of_Linear[] = {
    "bias", "in_features", "out_features", "weight", NULL,
    "reset_parameters", NULL,
};
static const char *const of_LinearCrossEntropyLoss[] = {
    "ignore_index", "label_smoothing", "linear", "num_classes", "options", "out_features", "reduction",
    "weight", NULL,
    NULL,
};
static const char *const of_MaxPool1d[] = {
    "ceil_mode", "dilation", "kernel_size", "padding", "return_indices", "stride", NULL,
    NULL,
};
static const char *const of_MaxUnpool1d[] = {
    "kernel_size", "padding", "stride", NULL,
    NULL,
};
static const char *const of_Module[] = {
    "T_destination", "__class__", "__dict__", "__doc__", "__module__", "_backward_hooks",
    "_backward_pre_hooks", "_buffers", "_compiled_call_impl", "_forward_hooks",
    "_forward_hooks_always_called", "_forward_hooks_with_kwargs", "_forward_pre_hooks",
    "_forward_pre_hooks_with_kwargs", "_is_full_backward_hook", "_load_state_dict_post_hooks",
    "_load_state_dict_pre_hooks", "_modules", "_non_persistent_buffers_set", "_parameters",
    "_state_dict_hooks", "_state_dict_pre_hooks", "_version", "call_super_init", "dump_patches", "training",
    NULL,
    "__call__", "__delattr__", "__dir__", "__eq__", "__format__", "__ge__", "__getattr__", "__getattribute__",
    "__gt__", "__hash__", "__init__", "__init_subclass__", "__le__", "__lt__", "__ne__", "__new__",
    "__reduce__", "__reduce_ex__", "__repr__", "__setattr__", "__setstate__", "__sizeof__", "__str__",
    "__subclasshook__", "_apply", "_call_impl", "_get_backward_hooks", "_get_backward_pre_hooks", "_get_name",
    "_load_from_state_dict", "_maybe_warn_non_full_backward_hook", "_named_members",
    "_register_load_state_dict_pre_hook", "_register_state_dict_hook", "_replicate_for_data_parallel",
    "_save_to_state_dict", "_slow_forward", "_wrapped_call_impl", "add_module", "apply", "bfloat16",
    "buffers", "children", "compile", "cpu", "cuda", "double", "eval", "extra_repr", "float", "forward",
    "get_buffer", "get_extra_state", "get_parameter", "get_submodule", "half", "ipu", "load_state_dict",
    "modules", "mtia", "named_buffers", "named_children", "named_modules", "named_parameters", "parameters",
    "register_backward_hook", "register_buffer", "register_forward_hook", "register_forward_pre_hook",
    "register_full_backward_hook", "register_full_backward_pre_hook", "register_load_state_dict_post_hook",
    "register_load_state_dict_pre_hook", "register_module", "register_parameter",
    "register_state_dict_post_hook", "register_state_dict_pre_hook", "requires_grad_", "set_extra_state",
    "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train", "type", "xpu", "zero_grad",
    NULL,
};
static const char *const of_ModuleDict[] = {
    NULL,
    "clear", "items", "keys", "pop", "update", "values", NULL,
};
static const char *const of_ModuleList[] = {
    NULL,
    "_get_abs_string_index", "append", "extend", "insert", "pop", NULL,
};
static const char *const of_MultiMarginLoss[] = {
    "margin", "p", "reduction", "weight", NULL,
    NULL,
};
static const char *const of_MultiheadAttention[] = {
    "_qkv_same_embed_dim", "add_zero_attn", "batch_first", "bias_k", "bias_v", "dropout", "embed_dim",
    "head_dim", "in_proj_bias", "in_proj_weight", "k_proj_weight", "kdim", "num_heads", "out_proj",
    "q_proj_weight", "v_proj_weight", "vdim", NULL,
    "_reset_parameters", "merge_masks", NULL,
};
static const char *const of_NLLLoss[] = {
    "ignore_index", "reduction", "weight", NULL,
    NULL,
};
static const char *const of_PReLU[] = {
    "init", "num_parameters", "weight", NULL,
    "reset_parameters", NULL,
};
static const char *const of_PairwiseDistance[] = {
    "eps", "keepdim", "norm", NULL,
    NULL,
};
static const char *const of_ParameterDict[] = {
    "_keys", NULL,
    "_key_to_attr", "clear", "copy", "fromkeys", "get", "items", "keys", "pop", "popitem", "setdefault",
    "update", "values", NULL,
};
static const char *const of_ParameterList[] = {
    "_size", NULL,
    "_get_abs_string_index", "append", "extend", NULL,
};
static const char *const of_PixelShuffle[] = {
    "upscale_factor", NULL,
    NULL,
};
static const char *const of_PixelUnshuffle[] = {
    "downscale_factor", NULL,
    NULL,
};
static const char *const of_PoissonNLLLoss[] = {
    "eps", "full", "log_input", "reduction", NULL,
    NULL,
};
static const char *const of_RMSNorm[] = {
    "elementwise_affine", "eps", "normalized_shape", "weight", NULL,
    "reset_parameters", NULL,
};
static const char *const of_RNN[] = {
    "_all_weights", "_flat_weight_refs", "_flat_weights", "_flat_weights_names", "all_weights", "batch_first",
    "bias", "bidirectional", "dropout", "hidden_size", "input_size", "mode", "nonlinearity", "num_layers",
    "proj_size", "weight_hh_l0", "weight_ih_l0", NULL,
    "_init_flat_weights", "_update_flat_weights", "_weights_have_changed", "check_forward_args",
    "check_hidden_size", "check_input", "flatten_parameters", "get_expected_hidden_size", "permute_hidden",
    "reset_parameters", NULL,
};
static const char *const of_RNNCell[] = {
    "bias", "bias_hh", "bias_ih", "hidden_size", "input_size", "nonlinearity", "weight_hh", "weight_ih", NULL,
    "reset_parameters", NULL,
};
static const char *const of_RReLU[] = {
    "inplace", "lower", "upper", NULL,
    NULL,
};
static const char *const of_ReflectionPad1d[] = {
    "padding", NULL,
    NULL,
};
static const char *const of_Sequential[] = {
    NULL,
    "_get_item_by_idx", "append", "extend", "insert", "pop", NULL,
};
static const char *const of_SmoothL1Loss[] = {
    "beta", "reduction", NULL,
    NULL,
};
static const char *const of_Softplus[] = {
    "beta", "threshold", NULL,
    NULL,
};
static const char *const of_SyncBatchNorm[] = {
    "affine", "bias", "eps", "momentum", "num_batches_tracked", "num_features", "process_group",
    "running_mean", "running_var", "track_running_stats", "weight", NULL,
    "_check_input_dim", "_check_non_zero_input_channels", "convert_sync_batchnorm", "reset_parameters",
    "reset_running_stats", NULL,
};
static const char *const of_Threshold[] = {
    "inplace", "threshold", "value", NULL,
    NULL,
};
static const char *const of_Transformer[] = {
    "batch_first", "d_model", "decoder", "encoder", "nhead", NULL,
    "_reset_parameters", "generate_square_subsequent_mask", NULL,
};
static const char *const of_TransformerDecoder[] = {
    "layers", "norm", "num_layers", NULL,
    NULL,
};
static const char *const of_TransformerDecoderLayer[] = {
    "dropout", "dropout1", "dropout2", "dropout3", "linear1", "linear2", "multihead_attn", "norm1", "norm2",
    "norm3", "norm_first", "self_attn", NULL,
    "_ff_block", "_mha_block", "_sa_block", "activation", NULL,
};
static const char *const of_TransformerEncoder[] = {
    "enable_nested_tensor", "layers", "mask_check", "norm", "num_layers", "use_nested_tensor", NULL,
    NULL,
};
static const char *const of_TransformerEncoderLayer[] = {
    "activation_relu_or_gelu", "dropout", "dropout1", "dropout2", "linear1", "linear2", "norm1", "norm2",
    "norm_first", "self_attn", NULL,
    "_ff_block", "_sa_block", "activation", NULL,
};
static const char *const of_TripletMarginLoss[] = {
    "eps", "margin", "p", "reduction", "swap", NULL,
    NULL,
};
static const char *const of_TripletMarginWithDistanceLoss[] = {
    "distance_function", "margin", "reduction", "swap", NULL,
    NULL,
};
static const char *const of_Unflatten[] = {
    "dim", "unflattened_size", NULL,
    "_require_tuple_int", NULL,
};
static const char *const of_Unfold[] = {
    "dilation", "kernel_size", "padding", "stride", NULL,
    NULL,
};
static const char *const of_Upsample[] = {
    "align_corners", "mode", "name", "recompute_scale_factor", "scale_factor", "size", NULL,
    NULL,
};

const sow__torch_class sow__torch_classes[] = {
    {"AdaptiveAvgPool1d", of_AdaptiveAvgPool1d}, {"AdaptiveAvgPool2d", of_AdaptiveAvgPool1d},
    {"AdaptiveAvgPool3d", of_AdaptiveAvgPool1d},
    {"AdaptiveLogSoftmaxWithLoss", of_AdaptiveLogSoftmaxWithLoss},
    {"AdaptiveMaxPool1d", of_AdaptiveMaxPool1d}, {"AdaptiveMaxPool2d", of_AdaptiveMaxPool1d},
    {"AdaptiveMaxPool3d", of_AdaptiveMaxPool1d}, {"AlphaDropout", of_AlphaDropout},
    {"AvgPool1d", of_AvgPool1d}, {"AvgPool2d", of_AvgPool2d}, {"AvgPool3d", of_AvgPool2d},
    {"BCELoss", of_BCELoss}, {"BCEWithLogitsLoss", of_BCEWithLogitsLoss}, {"BatchNorm1d", of_BatchNorm1d},
    {"BatchNorm2d", of_BatchNorm1d}, {"BatchNorm3d", of_BatchNorm1d}, {"Bilinear", of_Bilinear},
    {"CELU", of_CELU}, {"CTCLoss", of_CTCLoss}, {"ChannelShuffle", of_ChannelShuffle},
    {"CircularPad1d", of_CircularPad1d}, {"CircularPad2d", of_CircularPad1d},
    {"CircularPad3d", of_CircularPad1d}, {"ConstantPad1d", of_ConstantPad1d},
    {"ConstantPad2d", of_ConstantPad1d}, {"ConstantPad3d", of_ConstantPad1d}, {"Container", of_Container},
    {"Conv1d", of_Conv1d}, {"Conv2d", of_Conv1d}, {"Conv3d", of_Conv1d},
    {"ConvTranspose1d", of_ConvTranspose1d}, {"ConvTranspose2d", of_ConvTranspose1d},
    {"ConvTranspose3d", of_ConvTranspose1d}, {"CosineEmbeddingLoss", of_CosineEmbeddingLoss},
    {"CosineSimilarity", of_CosineSimilarity}, {"CrossEntropyLoss", of_CrossEntropyLoss},
    {"CrossMapLRN2d", of_CrossMapLRN2d}, {"Dropout", of_AlphaDropout}, {"Dropout1d", of_AlphaDropout},
    {"Dropout2d", of_AlphaDropout}, {"Dropout3d", of_AlphaDropout}, {"ELU", of_CELU},
    {"Embedding", of_Embedding}, {"EmbeddingBag", of_EmbeddingBag}, {"FeatureAlphaDropout", of_AlphaDropout},
    {"Flatten", of_Flatten}, {"Fold", of_Fold}, {"FractionalMaxPool2d", of_FractionalMaxPool2d},
    {"FractionalMaxPool3d", of_FractionalMaxPool2d}, {"GELU", of_GELU}, {"GLU", of_GLU}, {"GRU", of_GRU},
    {"GRUCell", of_GRUCell}, {"GaussianNLLLoss", of_GaussianNLLLoss}, {"GroupNorm", of_GroupNorm},
    {"Hardshrink", of_Hardshrink}, {"Hardsigmoid", of_Hardsigmoid}, {"Hardswish", of_Hardsigmoid},
    {"Hardtanh", of_Hardtanh}, {"HingeEmbeddingLoss", of_CosineEmbeddingLoss}, {"HuberLoss", of_HuberLoss},
    {"Identity", of_Container}, {"InstanceNorm1d", of_InstanceNorm1d}, {"InstanceNorm2d", of_InstanceNorm1d},
    {"InstanceNorm3d", of_InstanceNorm1d}, {"KLDivLoss", of_KLDivLoss}, {"L1Loss", of_L1Loss},
    {"LPPool1d", of_LPPool1d}, {"LPPool2d", of_LPPool1d}, {"LPPool3d", of_LPPool1d}, {"LSTM", of_LSTM},
    {"LSTMCell", of_GRUCell}, {"LayerNorm", of_LayerNorm}, {"LeakyReLU", of_LeakyReLU}, {"Linear", of_Linear},
    {"LinearCrossEntropyLoss", of_LinearCrossEntropyLoss}, {"LocalResponseNorm", of_CrossMapLRN2d},
    {"LogSigmoid", of_Container}, {"LogSoftmax", of_GLU}, {"MSELoss", of_L1Loss},
    {"MarginRankingLoss", of_CosineEmbeddingLoss}, {"MaxPool1d", of_MaxPool1d}, {"MaxPool2d", of_MaxPool1d},
    {"MaxPool3d", of_MaxPool1d}, {"MaxUnpool1d", of_MaxUnpool1d}, {"MaxUnpool2d", of_MaxUnpool1d},
    {"MaxUnpool3d", of_MaxUnpool1d}, {"Mish", of_Hardsigmoid}, {"Module", of_Module},
    {"ModuleDict", of_ModuleDict}, {"ModuleList", of_ModuleList}, {"MultiLabelMarginLoss", of_L1Loss},
    {"MultiLabelSoftMarginLoss", of_BCELoss}, {"MultiMarginLoss", of_MultiMarginLoss},
    {"MultiheadAttention", of_MultiheadAttention}, {"NLLLoss", of_NLLLoss}, {"NLLLoss2d", of_NLLLoss},
    {"NonDynamicallyQuantizableLinear", of_Linear}, {"PReLU", of_PReLU},
    {"PairwiseDistance", of_PairwiseDistance}, {"ParameterDict", of_ParameterDict},
    {"ParameterList", of_ParameterList}, {"PixelShuffle", of_PixelShuffle},
    {"PixelUnshuffle", of_PixelUnshuffle}, {"PoissonNLLLoss", of_PoissonNLLLoss}, {"RMSNorm", of_RMSNorm},
    {"RNN", of_RNN}, {"RNNCell", of_RNNCell}, {"RReLU", of_RReLU}, {"ReLU", of_Hardsigmoid},
    {"ReLU6", of_Hardtanh}, {"ReflectionPad1d", of_ReflectionPad1d}, {"ReflectionPad2d", of_ReflectionPad1d},
    {"ReflectionPad3d", of_ReflectionPad1d}, {"ReplicationPad1d", of_ReflectionPad1d},
    {"ReplicationPad2d", of_ReflectionPad1d}, {"ReplicationPad3d", of_ReflectionPad1d},
    {"SELU", of_Hardsigmoid}, {"Sequential", of_Sequential}, {"SiLU", of_Hardsigmoid},
    {"Sigmoid", of_Container}, {"SmoothL1Loss", of_SmoothL1Loss}, {"SoftMarginLoss", of_L1Loss},
    {"Softmax", of_GLU}, {"Softmax2d", of_Container}, {"Softmin", of_GLU}, {"Softplus", of_Softplus},
    {"Softshrink", of_Hardshrink}, {"Softsign", of_Container}, {"SyncBatchNorm", of_SyncBatchNorm},
    {"Tanh", of_Container}, {"Tanhshrink", of_Container}, {"Threshold", of_Threshold},
    {"Transformer", of_Transformer}, {"TransformerDecoder", of_TransformerDecoder},
    {"TransformerDecoderLayer", of_TransformerDecoderLayer}, {"TransformerEncoder", of_TransformerEncoder},
    {"TransformerEncoderLayer", of_TransformerEncoderLayer}, {"TripletMarginLoss", of_TripletMarginLoss},
    {"TripletMarginWithDistanceLoss", of_TripletMarginWithDistanceLoss}, {"Unflatten", of_Unflatten},
    {"Unfold", of_Unfold}, {"Upsample", of_Upsample}, {"UpsamplingBilinear2d", of_Upsample},
    {"UpsamplingNearest2d", of_Upsample}, {"ZeroPad1d", of_ConstantPad1d}, {"ZeroPad2d", of_ConstantPad1d},
    {"ZeroPad3d", of_ConstantPad1d},
};

const size_t sow__torch_class_count = sizeof sow__torch_classes / sizeof sow__torch_classes[0];
