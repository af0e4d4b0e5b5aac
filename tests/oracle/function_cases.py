"""Functions that initialise, as people write them: which file, which model, and how torch calls the function."""
import collections

import function_models as models

# file: of functions/. selection: what follows it in --rules FILE:SELECTION, "" for nothing. call: what torch does, given
# the model and the file as a module. near: name parts of the tensors that are compared within a tolerance, and as
# what ("erfinv" only where this torch's trunc_normal_ goes by it).
Case = collections.namedtuple("Case", "file selection model call near", defaults=({},))

ORTHOGONAL = {".weight": ("qr", 0.0, 1.0)}


def applied(name):
    return lambda model, file: model.apply(getattr(file, name))


def called(name):
    return lambda model, file: getattr(file, name)(model)


def method(class_name, name):
    """A method of a class in the file, as if the model were of that class."""
    def call(model, file):
        given = getattr(file, class_name)
        for other in ("BasicBlock", "Bottleneck"):  # the file's own stand for the model's
            if hasattr(file, other):
                setattr(file, other, getattr(models, other))
        for one, value in vars(given).items():
            if callable(value) and not one.startswith("__"):
                setattr(type(model), one, value)
        getattr(model, name)()
    return call


CASES = (
    Case("dcgan", "", models.Generator, applied("weights_init")),
    Case("dcgan_old", "weights_init", models.Generator, applied("weights_init")),
    Case("cyclegan_closure", "", models.Translator, called("init_weights")),
    Case("cyclegan_closure", "init_weights(model, 'xavier', 0.5)", models.Translator,
         lambda model, file: file.init_weights(model, "xavier", 0.5)),
    Case("cyclegan_closure", "init_weights(net, init_type='kaiming')", models.Translator,
         lambda model, file: file.init_weights(model, init_type="kaiming")),
    Case("munit_factory", "", models.Translator, lambda model, file: model.apply(file.weights_init())),
    Case("munit_factory", "model.apply(weights_init('xavier'))", models.Translator,
         lambda model, file: model.apply(file.weights_init("xavier"))),
    Case("munit_factory", "weights_init(init_type='kaiming')", models.Translator,
         lambda model, file: model.apply(file.weights_init(init_type="kaiming"))),
    Case("resnet_loop", "ResNet._init_weights", models.ResNet, method("ResNet", "_init_weights")),
    Case("resnet_he", "", models.ResNet, called("initialize")),
    Case("vgg_loop", "", models.ResNet, called("_initialize_weights")),
    Case("densenet_names", "init_densenet", models.DenseNet, called("init_densenet")),
    Case("c3d_by_name", "", models.SmallC3D, applied("weights_init")),
    Case("resnet3d_assign", "", models.SmallC3D, called("init_3d")),
    Case("lstm_by_name", "", models.Tagger, applied("init_weights")),
    Case("gate_parts", "", models.Tagger, called("init_gates"), {"weight_hh": ("qr", 0.0, 1.0)}),
    Case("seq2seq_uniform", "", models.Tagger, applied("init_weights")),
    Case("seq2seq_uniform", "init_weights(model)", models.Tagger, called("init_weights")),
    Case("seq2seq_dim", "", models.Tagger, applied("initialize_weights")),
    Case("transformer_dim", "", models.Transformer, called("reset")),
    Case("seq2seq_normal", "", models.Tagger, applied("init_weights")),
    Case("bert_constants", "", models.Transformer,
         lambda model, file: model.apply(lambda m: file._init_weights(model, m))),
    Case("gpt2_projection", "GPT.init_all", models.GPT, method("GPT", "init_all")),
    Case("gpt2_projection", "GPT._init_weights", models.GPT,
         lambda model, file: model.apply(lambda m: file.GPT._init_weights(model, m))),
    Case("vit_trunc_normal", "", models.MaskedAutoencoder, applied("_init_vit_weights"),
         {"blocks.0.weight": ("erfinv", 0.0, 0.02), "head.weight": ("erfinv", 0.0, 0.02)}),
    Case("mae_view", "MaskedAutoencoder.initialize_weights", models.MaskedAutoencoder,
         method("MaskedAutoencoder", "initialize_weights")),
    Case("monai_normal", "", models.SmallC3D, applied("normal_init")),
    Case("monai_generic", "", models.SmallC3D, applied("generic_init")),
    Case("fairseq_params", "", models.Transformer, applied("init_bert_params")),
    Case("ppo_layer_init", "init_agent", models.Agent, called("init_agent"), ORTHOGONAL),
    Case("a3c_bounds", "", models.Actor, applied("weights_init")),
    Case("sac_fans", "", models.Actor, applied("init_weights")),
    Case("wgan_try", "", models.Critic, applied("weights_init_d")),
    Case("pix2pix_old_names", "weights_init_normal", models.SmallGenerator, applied("weights_init_normal")),
    Case("pix2pix_old_names", "init_weights(model, 'xavier')", models.SmallGenerator,
         lambda model, file: file.init_weights(model, "xavier")),
    Case("state_dict_keys", "", models.ResNet, called("init_by_keys")),
    Case("parameters_dict", "", models.Mixed, applied("init_own")),
    Case("lstm_forget_rows", "", models.Tagger, applied("init_lstm")),
    Case("rnn_all_weights", "", models.Rnns, applied("init_rnn")),
    Case("helper_functions", "weights_init", models.Mixed, applied("weights_init")),
    Case("efficientnet_partial", "init_weights", models.ResNet, called("init_weights")),
    Case("efficientnet_partial", "init_without_groups", models.ResNet, applied("init_without_groups")),
    Case("efficientnet_partial", "model.apply(partial(_init_weight, n='routing_fn'))", models.ResNet,
         lambda model, file: model.apply(file.partial(file._init_weight, n="routing_fn"))),
    Case("efficientnet_partial", "model.apply(lambda m: _init_weight(m, fix_group_fanout=False))", models.ResNet,
         lambda model, file: model.apply(lambda m: file._init_weight(m, fix_group_fanout=False))),
    Case("recursive_children", "", models.Nested, called("init_modules")),
    Case("path_by_path", "", models.Paths, called("init_model")),
    Case("semantics", "check_all", models.Mixed, called("check_all")),
    Case("weight_reset", "weight_reset", models.EveryLayer, applied("weight_reset")),
    Case("weight_reset", "reset_weights", models.EveryLayer, called("reset_weights")),
    Case("weight_reset", "reset_attention", models.EveryLayer, applied("reset_attention")),
    Case("sac_delta_orthogonal", "weight_init", models.Pixels, applied("weight_init"), ORTHOGONAL),
    Case("sac_delta_orthogonal", "place_by_place", models.Pixels, applied("place_by_place")),
    Case("d2l_seq2seq", "", models.Rnns, applied("init_seq2seq")),
    Case("sparse_dirac", "", models.Mixed, applied("net_init")),
)
