/* clang-format off */
/* Written by tools/library-classes.py, of torchvision 0.29.1, timm 1.0.31, transformers 5.24.0; torch 2.14.1. */
#include "text/library_table.h"

const sow__library_family sow__library_aliases[] = {
    {"BatchNormAct2d", "BatchNorm2d", "-"}, {"Bias", "LayerNorm", "LayerNorm2dNo LayerNormNo"},
    {"CTCHead", "Conv1d", "LasrEncoder ParakeetEncoder"},
    {"Conv1d", "Conv1d",
     "Gemma4AudioCausal MoonshineStreamingCausal MuseSparkAudioCausal NemotronAsrStreamingEncoderCausal "
     "VoxtralRealtimeCausal"},
    {"Conv3DNoTemporal", "Conv3d", "-"}, {"Conv3DSimple", "Conv3d", "-"},
    {"Embedding", "Embedding",
     "Inkling2LoopNormed Inkling2Normed InklingNormed MuseGlimmerTextNormed MuseSparkTextNormed"},
    {"GroupNorm1", "GroupNorm", "-"}, {"GroupNormAct", "GroupNorm", "-"},
    {"LayerNorm", "LayerNorm",
     "ConvNext ConvNextV2 DINOv3ConvNext DeepseekOcr2Sam DeepseekVLHybrid EdgeTam EdgeTamVideo Esmc GotOcr2 "
     "RfDetr Sam2 Sam2Video Sam3Tracker Sam3TrackerVideo SamHQ Sam SqueezeBert UnlimitedOcrSam VideoPrism"},
    {"LayerNorm2d", "LayerNorm", "-"}, {"LayerNormAct2d", "LayerNorm", "-"},
    {"Linear", "Linear", "DeepseekV4Grouped Falcon"}, {"Llama4Router", "Linear", "-"},
    {"NemotronAsrStreamingEncoderCausalConv2D", "Conv2d", "-"}, {"NemotronLayerNorm1P", "LayerNorm", "-"},
    {"Norm", "GroupNorm",
     "Emu3VQVAEGroup PeAudioMaskedGroup PeAudioVideoMaskedGroup PeVideoMaskedGroup PoolFormerGroup"},
    {"Ovis2VisualEmbeddingTable", "Embedding", "-"}, {"PhimoeTopKRouter", "Linear", "-"},
    {"PositionalEmbedding", "Embedding",
     "AutoformerSinusoidal BartLearned BigBirdPegasusLearned BioGptLearned BlenderbotLearned "
     "BlenderbotSmallLearned InformerSinusoidal LEDLearned MBartLearned MarianSinusoidal MvpLearned "
     "OPTLearned PLBartLearned PegasusSinusoidal RoFormerSinusoidal Sinusoidal TimeSeriesSinusoidal Whisper"},
    {"ProphetNetPositionalEmbeddings", "Embedding", "-"},
    {"RMSNorm", "GemmaRMSNorm",
     "Gemma2 Gemma3 MiniMaxM3VL MuseGlimmerTextCentered MuseSparkTextCentered MuseSparkTextInputScaled "
     "Qwen3Next Qwen3_5Moe Qwen3_5 Qwen4ExpText RecurrentGemma Step3p7 T5Gemma2 T5Gemma VaultGemma"},
    {"RMSNorm", "RMSNorm",
     "AXK1 AXK2 Afmoe Aimv2 Apertus1p5Text Apertus Arcee AriaText BailingHybrid Bamba Beam BitNet Blt "
     "Chameleon Clvp Cosmos3EdgeText Csm Cwm DeepseekOcr2Text DeepseekOcr2Vision DeepseekV2 DeepseekV32 "
     "DeepseekV3 DeepseekV4 Deimv2 Dia DiffLlama Doge Dots1 Dots3Note Emu3 Ernie4_5 Ernie4_5_Moe "
     "Ernie4_5_VLMoe EuroBert Evolla Exaone4 Exaone4_5_ ExaoneMoe FalconH1 FalconMamba FlexOlmo Flint "
     "Glm4MoeLite Glm4Moe Glm4 Glm4vMoe Glm4vMoeText Glm4v Glm5Next Glm5NextText GlmImage GlmMoeDsa GlmOcr "
     "Glm GptOss Granite4VisionText GraniteDoclingText GraniteMoeHybrid GraniteMoe GraniteMoeSWA "
     "GraniteMoeShared Granite GraniteSWA HYV3 HYV4 HYV4VL Helium HiggsAudioV2 HunYuanDenseV1 HunYuanMoEV1 "
     "HunYuanVL HyperCLOVAX Idefics2 Idefics Inkling2Loop Inkling2 Inkling Jamba JetMoe KimiLinear Kolibri1 "
     "KyutaiSpeechToText Laguna LaraMini Lfm2Moe Lfm2 Lfm3 Lfm3VlVision LightOnOcr Llama4Text Llama "
     "LongcatFlash Mamba Mellum MiMoV2Flash MiniCPM3 MiniMaxM2 MiniMax Ministral3 Ministral Mistral3 "
     "Mistral4 MistralLarge4 Mistral Mixtral MllamaText Molmo2 Moshi MuseGlimmerAssistant NemotronH "
     "NeuCodec Olmo2 Olmo3 OlmoHybrid Olmoe OpenAIPrivacyFilter Ovis2 PaddleOCR PeAudioEncoder "
     "PeAudioVideoEncoder PeVideoEncoder Phi3 Phi4Multimodal Pixtral Qwen2Moe Qwen2 Qwen2VL Qwen2_5Omni "
     "Qwen2_5_VL Qwen3Moe Qwen3OmniMoeText Qwen3OmniMoeThinkerText Qwen3 Qwen3VLMoeText Qwen3VLText "
     "Sapiens2 SeedOss SmolLM3 SolarOpen TimesFm2_5 TimesFm UltraVBert Ultrabert UnlimitedOcrText "
     "VibeVoiceAcousticTokenizer VibeVoiceAsr VibeVoice VoxtralRealtime Xcodec2"},
    {"RMSNorm", "RMSNorm", "Youtu Zamba2 Zamba Zaya"}, {"Same", "Conv2d", "Conv2d StdConv2d"},
    {"ScaledWordEmbedding", "Embedding",
     "Bart BigBirdPegasus BioGpt Blenderbot DiffusionGemmaText EmbeddingGemma2Text Gemma2Text Gemma3Text "
     "Gemma3nText Gemma4Text Gemma4UnifiedText GemmaText M2M100 MBart MiniCPM3 NllbMoe PLBart PegasusX "
     "SeamlessM4T SeamlessM4Tv2 VaultGemmaText XGLM"},
    {"WeightStandardizedConv2d", "Conv2d", "-"},
};

const sow__library_family sow__library_holders[] = {
    {"ASTEmbeddings", "cls_token distillation_token position_embeddings", "-"},
    {"AfmoeSparseMoeBlock", "expert_bias", "-"}, {"Aimv2AttentionPoolingHead", "cls_token", "-"},
    {"Attention", "attention_biases", "CascadedGroup Levit"},
    {"Attention", "bias_u bias_v", "NemotronAsrStreamingEncoder ParakeetEncoder"},
    {"Attention", "logit_scale", "Swin2SRSelf Swinv2Self WindowMultiHead"},
    {"Attention", "num_points_scale", "DFineMultiscaleDeformable Deimv2MultiscaleDeformable"},
    {"Attention", "per_dim_scale", "Gemma3nAudio Gemma4Audio"},
    {"Attention", "pos_bias_u pos_bias_v", "FastSpeech2Conformer Wav2Vec2ConformerSelf"},
    {"Attention", "rel_pos_h rel_pos_w",
     "DeepseekOcr2SamVisionSdpa GotOcr2Vision SamHQVisionSdpa SamVisionSdpa SegGpt "
     "UnlimitedOcrSamVisionSdpa"},
    {"Attention", "relative_position_bias_table relative_position_index",
     "ClapAudioSelf DonutSwinSelf MaskFormerSwinSelf RelativePositionalMultiHead ShiftedWindow"},
    {"Attention", "scaling", "TimesFm2_5 TimesFm"},
    {"Attention", "sinks", "DeepseekV4 Flint GptOss HYV4 OpenAIPrivacyFilter"},
    {"Attention", "w_g", "EfficientAdditive SwiftFormerEfficientAdditive"},
    {"AttentionPoolLatent", "latent", "-"}, {"BailingHybridForgetGate", "A_log dt_bias", "-"},
    {"BeamAttention", "gate_bias", "-"}, {"Beit", "cls_token", "-"},
    {"Beta", "alpha beta", "NeuCodecSnake Xcodec2Snake"},
    {"Bias", "proj", "Inkling2LoopRelativePosition Inkling2RelativePosition"},
    {"Bias", "relative_position_bias_table", "RelPos SwinRelativePosition"},
    {"BitGroupNormActivation", "weight bias", "-"},
    {"Block", "gamma", "ConvNeXt MetaNeXt WavTokenizerConvNeXt"},
    {"Block", "scale bias", "LearnableAffine PPLCNetV3LearnableAffine"},
    {"BrosPositionalEmbedding1D", "inv_freq", "-"}, {"CLIPModel", "logit_scale", "Alt - Chinese"},
    {"CNBlock", "layer_scale", "-"},
    {"CXBlock", "scale", "EdgeTamVideoMemoryFuser Sam2VideoMemoryFuser Sam3TrackerVideoMemoryFuser"},
    {"Cait", "cls_token pos_embed", "-"}, {"ClapModel", "logit_scale_a logit_scale_t", "-"},
    {"ClapTextEmbeddings", "position_ids token_type_ids", "-"},
    {"ClassAttentionBlock", "gamma1 gamma2", "-"},
    {"Clip", "scale", "Inkling2LoopScaledL2 Inkling2ScaledL2"},
    {"ClvpModelForConditionalGeneration", "logit_scale", "-"},
    {"ClvpRotaryPositionalEmbedding", "inv_freq", "-"},
    {"CoaT", "cls_token1 cls_token2 cls_token3 cls_token4", "-"},
    {"Codebook", "inited cluster_size embed embed_avg",
     "EncodecEuclidean WavTokenizerEuclidean XcodecEuclidean"},
    {"ConVit", "cls_token pos_embed", "-"},
    {"Connection", "fn base scale", "DeepseekV4Hyper Glm5NextTextHyper HYV4Hyper HYV4VLHyper"},
    {"Conv2d", "weight", "AlignVisionDepthwise EfficientNetDepthwise"},
    {"ConvNextLayer", "layer_scale_parameter", "-"}, {"ConvNextV2GRN", "weight bias", "-"},
    {"CpmAntSegmentPositionEmbedding", "relative_attention_bias", "-"},
    {"CrossCovarianceAttn", "temperature", "-"},
    {"CrossVit", "pos_embed_0 cls_token_0 pos_embed_1 cls_token_1", "-"},
    {"CsmCodebooksHead", "weight", "-"}, {"DINOv3ConvNextLayer", "gamma", "-"},
    {"DINOv3ViTEmbeddings", "cls_token mask_token register_tokens", "-"}, {"DbrxExpertGLU", "w1 v1 w2", "-"},
    {"Dct1d", "weights", "-"}, {"Decoder", "level_embed", "Mask2FormerPixel OneFormerPixel"},
    {"Decoder", "reg_scale up", "DFine Deimv2"}, {"DeepseekOcr2Model", "view_separator", "-"},
    {"DeepseekV4HCACompressor", "position_bias", "-"}, {"DeepseekV4HashRouter", "weight tid2eid", "-"},
    {"DeepseekVLHybridModel", "high_res_vision_alpha", "-"},
    {"DeiTEmbeddings", "cls_token position_embeddings distillation_token", "-"},
    {"DiffLlamaAttention", "lambda_q1 lambda_k1 lambda_q2 lambda_k2", "-"},
    {"DiffusionGemmaTextRouter", "scale per_expert_scale", "-"}, {"DogeAttention", "A", "-"},
    {"DogeDecoderLayer", "input_residual post_attention_residual", "-"},
    {"DoryAttention", "sqk s_gate", "-"}, {"DoryMLP", "suv_gate suv_up", "-"},
    {"Downsample", "attention_biases", "Attention2d Attention"},
    {"EdgeTamVideoPerceiverResampler", "latents_1d latents_2d", "-"}, {"EfficientViM", "weights", "-"},
    {"EfficientViMBlock", "alpha", "-"},
    {"Embedder", "class_embedding", "PeAudioEncoderPatch PeAudioVideoEncoderPatch PeVideoEncoderPatch"},
    {"Embeddings", "class_embedding",
     "AltCLIPVision BridgeTowerVision CLIPSegVision CLIPVision ChineseCLIPVision GitVision IdeficsVision "
     "Kosmos2Vision MLCDVision MetaClip2Vision OwlViTVision Owlv2Vision UnlimitedOcrVision XCLIPVision"},
    {"Embeddings", "class_embedding position_embedding",
     "Blip2Vision BlipVision InstructBlipVideoVision InstructBlipVision"},
    {"Embeddings", "cls_token", "Beit Data2VecVision"},
    {"Embeddings", "cls_token mask_token position_embeddings", "Dinov2 FlavaImage RfDetrDinov2"},
    {"Embeddings", "cls_token mask_token position_embeddings register_tokens",
     "Dinov2WithRegisters Tipsv2Vision"},
    {"Embeddings", "cls_token position_embeddings", "InternVLVision Pixio QianfanOCRVision Vilt Vivit"},
    {"Embeddings", "position_embeddings",
     "GroupViTVision Hiera IJepa Kimi_K25VisionPosition VideoPrismSpatial VideoPrismTemporal VitDet"},
    {"Embeddings", "position_ids", "BrosText Mra"},
    {"Encoder", "pos_embed",
     "DeepseekOcr2SamVision GotOcr2Vision Qwen3Vit SamHQVision SamVision UnlimitedOcrSamVision"},
    {"Eva", "cls_token pos_embed", "-"}, {"EvaAttention", "q_bias v_bias", "-"},
    {"EvollaSaProtRotaryEmbedding", "inv_freq", "-"},
    {"EvollaSequenceAlignerCrossAttention", "gate_attention gate_ffw", "-"},
    {"Experts", "gate_up_proj down_proj",
     "AXK1 AXK2 Afmoe Aria Cohere2Moe DeepseekOcr2Text DeepseekV2 DeepseekV3 DeepseekV4 DiffusionGemmaText "
     "Dots1 Dots3Note Ernie4_5_Moe Ernie4_5_VLMoeMoe ExaoneMoe FlexOlmo Glm4Moe Glm4MoeLite Glm4vMoeText "
     "GraniteMoe GraniteMoeHybrid GraniteMoeShared HYV3 HYV4 HunYuanMoEV1 Inkling2 Inkling2Loop Inkling "
     "Jamba KimiLinear Kolibri1 Laguna LaraMini Llama4Text LongcatFlash Mellum MiMoV2Flash MiniMax "
     "MiniMaxM2 Mistral4 MistralLarge4Text Mixtral MuseSpark Olmoe Phimoe Qwen2Moe Qwen3Moe Qwen3Next "
     "Qwen3OmniMoeThinkerText Qwen3VLMoeText Qwen3_5Moe Qwen4ExpText SolarOpen UnlimitedOcrText Zaya"},
    {"Experts", "gate_up_proj gate_up_proj_bias down_proj down_proj_bias", "GptOss OpenAIPrivacyFilter"},
    {"FastSpeech2ConformerHifiGan", "mean scale", "-"}, {"FlavaMultimodalModel", "cls_token", "-"},
    {"Florence2VisionPositionalEmbeddingCosine1D", "pos_idx_to_embed", "-"},
    {"FunnelRelMultiheadAttention", "r_w_bias r_r_bias r_kernel r_s_bias seg_embed", "-"},
    {"GPSA", "gating_param", "-"}, {"Gate", "dt_bias A_log", "Glm5NextTextForget KimiLinearForget"},
    {"Gemma3nAudioCumulativeGroupNorm", "weight", "-"}, {"Gemma3nTextAltUp", "correct_output_scale", "-"},
    {"Gemma4PatchEmbed", "position_embedding_table", "-"},
    {"Gemma4VisionPatchEmbedder", "position_embedding_table", "-"},
    {"Granite4VisionWindowQFormerDownsampler", "query image_positions", "-"},
    {"GraniteMoeHybridMambaLayer", "dt_bias A_log D", "-"},
    {"GraniteMoeSWAExperts", "gate_up_proj down_proj", "-"}, {"HSMSSD", "A D", "-"},
    {"HYV3MoE", "e_score_correction_bias", "-"}, {"HYV4VLAttention", "sinks", "-"},
    {"HYV4VLVisionPatchMerger", "image_newline", "-"},
    {"Head", "hc_fn hc_base hc_scale", "DeepseekV4Hyper HYV4Hyper HYV4VLHyper"},
    {"Head", "probe",
     "Phi4MultimodalVisionMultiheadAttentionPooling Siglip2MultiheadAttentionPooling "
     "SiglipMultiheadAttentionPooling"},
    {"Hiera", "pos_embed", "-"}, {"HieraDet", "pos_embed pos_embed_window", "-"},
    {"HrmTextModel", "z_L_init", "-"},
    {"HunYuanVLVisionPatchMerger", "image_newline image_begin image_end image_sep", "-"},
    {"IdeficsDecoupledEmbedding", "weight", "-"},
    {"IdeficsGatedCrossAttentionLayer", "alpha_cross_attn alpha_dense", "-"},
    {"Inkling2VisionEmbeddings", "class_embedding cls_position_embedding", "-"},
    {"InklingRelativeLogits", "proj", "-"}, {"InklingSharedExperts", "gate_proj up_proj down_proj", "-"},
    {"InklingTopkRouter", "weight global_scale e_score_correction_bias", "-"},
    {"IntLayerNorm", "weight bias shift", "-"},
    {"InterpolateMidPositionEmbeddings", "mid_position_embeddings", "-"}, {"JetMoeMoA", "bias", "-"},
    {"JetMoeMoE", "bias", "-"}, {"JetMoeParallelExperts", "weight", "-"},
    {"KRouter", "weight",
     "AriaTextTop Cohere2MoeTop Ernie4_5_MoeTop Ernie4_5_VLMoeMoeTop FlexOlmoTop GraniteMoeHybridTop "
     "GraniteMoeSWATop GraniteMoeSharedTop GraniteMoeTop HYV3Top JambaTop LaraMiniTop MellumTop "
     "MiniMaxM2Top MiniMaxTop MixtralTop OlmoeTop Qwen2MoeTop Qwen3MoeTop Qwen3NextTop "
     "Qwen3OmniMoeThinkerTextTop Qwen3VLMoeTextTop Qwen3_5MoeTop Qwen4ExpTextTop"},
    {"KRouter", "weight bias", "GptOssTop OpenAIPrivacyFilterTop"},
    {"KRouter", "weight e_score_correction_bias",
     "Inkling2LoopTop Inkling2Top Kolibri1Top LagunaTop MiniMaxM3VLTop"},
    {"Layer", "lambda_1 lambda_2",
     "Beit Data2VecVision DoryDecoder Inkling2VisionEncoder InternVLVision QianfanOCRVision "
     "Step3p7VisionEncoder"},
    {"Layer", "layer_scalar",
     "DiffusionGemmaDecoderText DiffusionGemmaEncoderText EmbeddingGemma2Encoder Gemma4TextDecoder "
     "Gemma4UnifiedTextDecoder"},
    {"Layer", "vision_param text_param", "GroundingDinoFusion MMGroundingDinoFusion"},
    {"LayerNorm", "weight",
     "Cohere2 Cohere2Moe CohereCompass Cohere CpmAnt ImageGPT Kosmos2_5 LongT5 MT5 SwitchTransformers T5 "
     "UMT5 Udop xLSTMMultiHead"},
    {"LayerNorm", "weight bias", "Chameleon Deberta"}, {"LayerScaleBlockClassAttn", "gamma_1 gamma_2", "-"},
    {"LayoutLMv3Model", "cls_token pos_embed", "-"}, {"LevitAttentionSubsample", "attention_biases", "-"},
    {"Llama4VisionModel", "class_embedding positional_embedding_vlm", "-"},
    {"LongcatFlashTopkRouter", "e_score_correction_bias", "-"}, {"LwDetrViTLayer", "gamma_1 gamma_2", "-"},
    {"MLCDVisionModel", "class_pos_emb", "-"}, {"MMGroundingDinoContrastiveEmbedding", "bias", "-"},
    {"MgpstrEmbeddings", "cls_token pos_embed", "-"},
    {"MimiEuclideanCodebook", "initialized cluster_usage embed_sum", "-"},
    {"MiniMaxLightningAttention", "slope_rate query_decay key_decay diagonal_decay", "-"},
    {"MiniMaxM2SparseMoeBlock", "e_score_correction_bias", "-"},
    {"MistralLarge4TextRotaryEmbedding", "alpha", "-"},
    {"MistralLarge4TextSoftmaxScaling", "scale bias", "-"},
    {"Mixer", "A_log D", "FalconMamba JambaMamba Mamba"},
    {"Mixer", "dt_bias A_log D", "Bamba FalconH1 Mamba2 NemotronHMamba2 Zamba2Mamba"},
    {"MllamaPrecomputedAspectRatioEmbedding", "gate", "-"},
    {"MllamaPrecomputedPositionEmbedding", "gate embedding", "-"},
    {"MllamaVisionModel", "class_embedding", "-"},
    {"Model", "image_newline", "Granite4Vision LlavaNext LlavaNextVideo LlavaOnevision"},
    {"Model", "level_embed", "DeformableDetr GroundingDino MMGroundingDino"},
    {"Model", "logit_scale", "Aimv2 Blip CLIPSeg Flava MetaClip2 Owlv2 VisionTextDualEncoder"},
    {"Model", "logit_scale logit_bias", "Siglip2 Siglip"},
    {"Model", "masked_spec_embed",
     "Data2VecAudio Hubert UniSpeech UniSpeechSat Wav2Vec2Bert Wav2Vec2Conformer Wav2Vec2"},
    {"Model", "no_memory_embedding", "EdgeTam Sam2 Sam3Tracker"},
    {"Model", "no_memory_embedding no_memory_positional_encoding memory_temporal_positional_encoding no_object_pointer occlusion_spatial_embedding_parameter",
     "EdgeTamVideo Sam2Video Sam3TrackerVideo"},
    {"Model", "query_tokens", "Blip2 InstructBlip InstructBlipVideo"},
    {"Model", "temperature", "Align Tipsv2"}, {"Molmo2VisionModel", "positional_embedding", "-"},
    {"MoonshineStreamingAsinhCompression", "log_k", "-"}, {"MoonshineStreamingLayerNorm", "gamma", "-"},
    {"MuseSparkResidualGate", "gate", "-"}, {"NaFlexEmbeds", "reg_token pos_embed", "-"},
    {"Nemotron3DiarizationForAudioFrameClassification", "silence_embeds", "-"},
    {"NemotronHExperts", "up_proj down_proj", "-"}, {"NeoMMEEncoderLayer", "lambdas", "-"},
    {"NeoMMEExclusiveSelfAttention", "alpha", "-"}, {"NestLevel", "pos_embed", "-"},
    {"Net", "dt_bias A_log",
     "LaraMiniGatedDelta Qwen3NextGatedDelta Qwen3_5GatedDelta Qwen3_5MoeGatedDelta Qwen4ExpTextGatedDelta"},
    {"NoNorm", "bias weight", "-"},
    {"Norm2d", "weight bias running_mean running_var",
     "ConditionalDetrFrozenBatch DFineFrozenBatch DabDetrFrozenBatch DeformableDetrFrozenBatch "
     "Deimv2FrozenBatch DetrFrozenBatch PPDocLayoutV3FrozenBatch PPDocLayoutV4FrozenBatch RTDetrFrozenBatch "
     "RTDetrV2FrozenBatch TableTransformerFrozenBatch"},
    {"OlmoHybridGatedDeltaNet", "A_log dt_bias", "-"},
    {"OmDetTurboLanguageBackbone", "text_projection", "-"},
    {"PPDocLayoutV4S2RFusion", "closure_weight", "-"}, {"PatchTSTPositionalEncoding", "position_enc", "-"},
    {"PeAudioModel", "text_audio_logit_scale text_audio_logit_bias", "-"},
    {"PeAudioVideoModel", "audio_video_logit_scale audio_video_logit_bias text_audio_video_logit_scale text_audio_video_logit_bias audio_plus_text_logit_scale audio_plus_text_logit_bias video_plus_text_logit_scale video_plus_text_logit_bias",
     "-"},
    {"PeVideoModel", "text_video_logit_scale text_video_logit_bias", "-"},
    {"PerceiverEmbeddings", "latents", "-"}, {"Phi4MultimodalAudioGluPointWiseConv", "b1 b2", "-"},
    {"Phi4MultimodalAudioMeanVarianceNormLayer", "global_mean global_invstd", "-"},
    {"Phi4MultimodalImageEmbedding", "global_img_feature_extensor sub_img_feature_extensor", "-"},
    {"PoolFormerLayer", "layer_scale_1 layer_scale_2", "-"},
    {"PositionalEmbedding", "positional_embedding",
     "EdgeTam EdgeTamVideo Sam2 Sam2Video Sam3Tracker Sam3TrackerVideo SamHQ Sam"},
    {"Projection", "latent_query", "Kosmos2ImageToText Kosmos2_5ImageToText"},
    {"Projector", "mm_input_projection_weight", "Gemma3MultiModal T5Gemma2MultiModal"},
    {"Projector", "query", "Aria GraniteSpeechEncoder GraniteSpeechPlusEncoder"},
    {"PvtPatchEmbeddings", "position_embeddings cls_token?", "-"},
    {"QuantAct", "x_min x_max act_scaling_factor", "-"},
    {"QuantEmbedding", "weight weight_scaling_factor weight_integer", "-"},
    {"QuantLinear", "weight bias weight_integer fc_scaling_factor bias_integer", "-"},
    {"RMSNorm", "weight", "Mamba2 xLSTM"},
    {"RMSNormGated", "weight",
     "BailingHybrid Bamba Glm5NextText GraniteMoeHybrid KimiLinear LaraMini Mamba NemotronH OlmoHybrid "
     "Qwen3Next Qwen3_5Moe Qwen3_5 Qwen4ExpText Zamba2"},
    {"RTDetrV2MultiscaleDeformableAttention", "n_points_scale", "-"},
    {"RadioInputConditioner", "norm_mean norm_std", "-"}, {"RadioModel", "summary_idxs", "-"},
    {"RadioPatchEmbeddings", "position_embedding cls_register_token", "-"},
    {"RecurrentGemmaRglru", "recurrent_param input_gate_weight input_gate_bias recurrent_gate_weight recurrent_gate_bias",
     "-"},
    {"Resampler", "latents", "EvollaSequenceCompressor Idefics2Perceiver"},
    {"Residual", "query",
     "Inkling2BlockAttention Inkling2LoopBlockAttention Inkling2LoopMessageAttention"},
    {"RmsNorm2d", "weight", "-"}, {"RmsNormAct2d", "weight", "-"},
    {"Router", "weight",
     "DeepseekOcr2TextTopk DeepseekV2Topk Mistral4Topk MistralLarge4TextTopk UnlimitedOcrTextTopk"},
    {"Router", "weight e_score_correction_bias",
     "AXK1Topk AXK2Topk DeepseekV3Topk Dots1Topk Dots3NoteTextTopk ExaoneMoeTopk Glm4MoeLiteTopk "
     "Glm4MoeTopk Glm4vMoeTextTopk HYV4Topk HYV4VLTopk KimiLinearTopk MiMoV2FlashTopk MuseSparkTopk "
     "NemotronHTopk SolarOpenTopk"},
    {"RwkvFeedForward", "time_mix_key time_mix_receptance", "-"},
    {"RwkvSelfAttention", "time_decay time_first time_mix_key time_mix_value time_mix_receptance", "-"},
    {"SEWDModel", "masked_spec_embed", "-"}, {"SEWModel", "masked_spec_embed", "-"},
    {"SSDFeatureExtractorVGG", "scale_weight", "-"}, {"SWAAttention", "sinks", "GraniteMoe Granite"},
    {"Sam2HieraDetModel", "pos_embed pos_embed_window", "-"}, {"Sam3LiteTextRepMixer", "layer_scale", "-"},
    {"Sam3LiteTextRepMixerBlock", "layer_scale", "-"},
    {"Sam3LiteTextTextPositionEmbedding", "position_embedding", "-"},
    {"Sapiens2Embeddings", "cls_token register_tokens", "-"},
    {"Scale", "lambda1",
     "DINOv3ViTLayer Dinov2Layer Dinov2WithRegistersLayer RadioLayer RfDetrDinov2Layer Sapiens2Layer "
     "Tipsv2VisionLayer"},
    {"Scale", "scale", "MimiLayer PocketTTSAudioTokenizerLayer"},
    {"ScaledStdConv2d", "weight bias gain", "-"},
    {"SeamlessM4Tv2TextToUnitDecoder", "pos_emb_alpha_char pos_emb_alpha", "-"},
    {"SegGptEmbeddings", "mask_token segment_token_input segment_token_prompt type_token_semantic type_token_instance position_embeddings",
     "-"},
    {"SeparableConv1D", "bias", "-"},
    {"ShiftedWindowAttention3d", "relative_position_bias_table relative_position_index", "-"},
    {"ShiftedWindowAttentionV2", "logit_scale relative_coords_table relative_position_index", "-"},
    {"Snake1d", "alpha", "-"}, {"SplitTransposeBlock", "gamma_xca gamma", "-"},
    {"StarReLU", "scale bias", "-"},
    {"Statics", "e_score_correction_bias", "Ernie4_5_Moe Ernie4_5_VLMoeMoe"},
    {"SwiftFormerConvEncoder", "layer_scale", "-"},
    {"SwiftFormerEncoderBlock", "layer_scale_1 layer_scale_2", "-"},
    {"SwiftFormerLocalRepresentation", "layer_scale", "-"},
    {"T5Gemma2TextScaledWordEmbedding", "weight eoi_embedding", "-"},
    {"TEmbeddings", "cls_token position_embeddings", "DPTVi Vi"},
    {"TEmbeddings", "position_embeddings", "LwDetrVi Sam3Vi"}, {"TModel", "logit_scale", "GroupVi OwlVi"},
    {"TNT", "cls_token patch_pos pixel_pos", "-"}, {"TTSModel", "bos_latent", "GradiumPhonon Pocket"},
    {"TimesformerEmbeddings", "cls_token position_embeddings time_embeddings", "-"},
    {"TvpFramePadPrompter", "pad_up pad_down pad_left pad_right", "-"}, {"TvpModel", "text_prompt", "-"},
    {"UnlimitedOcrModel", "view_separator image_newline", "-"},
    {"VJEPA2PredictorEmbeddings", "mask_tokens", "-"},
    {"VLExperts", "gate_up_proj down_proj", "HYV4 MiniMaxM3"}, {"VOLO", "pos_embed cls_token", "-"},
    {"ViTMAEEmbeddings", "cls_token position_embeddings", "-"},
    {"ViTMSNEmbeddings", "cls_token position_embeddings", "-"},
    {"VibeVoiceAcousticTokenizerConvNext1dLayer", "gamma ffn_gamma", "-"},
    {"VibeVoiceModel", "latent_scaling_factor latent_bias_factor", "-"},
    {"VideoPrismMultiheadAttentionPoolingHead", "per_dim_scale pooling_attention_query", "-"},
    {"VideoPrismTextEmbeddings", "cls_emb position_embedding position_ids", "-"},
    {"Visformer", "pos_embed1 pos_embed2 pos_embed3", "-"}, {"VitsAttention", "emb_rel_k emb_rel_v", "-"},
    {"VitsElementwiseAffine", "translate log_scale", "-"}, {"WavLMAttention", "gru_rel_pos_const", "-"},
    {"WavLMModel", "masked_spec_embed", "-"}, {"XCA", "temperature", "-"},
    {"XCABlock", "gamma1 gamma3 gamma2", "-"}, {"XCLIPModel", "logit_scale prompts_visual_projection", "-"},
    {"XCLIPMultiframeIntegrationTransformer", "position_embedding", "-"},
    {"XCLIPPromptGenerator", "alpha", "-"}, {"XIELUActivation", "alpha_p alpha_n beta eps", "-"},
    {"XLNetModel", "mask_emb", "-"},
    {"XLNetRelativeAttention", "q k v o r r_r_bias r_s_bias r_w_bias seg_embed", "-"},
    {"Xcit", "cls_token", "-"}, {"YolosEmbeddings", "cls_token detection_tokens position_embeddings", "-"},
    {"ZambaMambaMixer", "x_proj_weight dt_proj_weight dt_proj_bias A_log D", "-"},
    {"ZayaModel", "input_hidden_states_scale input_hidden_states_bias", "-"}, {"ZayaQKNorm", "temp", "-"},
    {"ZayaResidualScaling", "hidden_states_scale hidden_states_bias residual_scale residual_bias", "-"},
    {"ZayaRouter", "balancing_biases router_states_scale?", "-"},
};

const sow__library_family sow__library_again[] = {
    {"ASRModel", NULL, "Omni Qwen3"}, {"ASTModel", NULL, "-"}, {"Backbone", NULL, "HGNetV2 Timm"},
    {"CLIPModel", NULL, "Alt - Chinese"}, {"CTC", NULL, "GraniteSpeech5For LasrFor ParakeetFor"},
    {"CTRLModel", NULL, "-"}, {"DPTModel", NULL, "-"}, {"EfficientLoFTRModel", NULL, "-"},
    {"Encoder", NULL,
     "AudioFlamingo3 BertGeneration DPRQuestion FunAsrNano Gemma3nAudio GlmAsr GraniteSpeech5 Lasr "
     "NemotronAsrStreaming Parakeet PeAudio PeAudioVideo PeVideo Qwen2Audio T5Gemma2 Voxtral "
     "VoxtralRealtime"},
    {"FSMTModel", NULL, "-"}, {"FastSpeech2ConformerWithHifiGan", NULL, "-"}, {"GLPNModel", NULL, "-"},
    {"GPTJModel", NULL, "-"},
    {"Generation", NULL,
     "ClvpModelForConditional CsmForConditional HiggsAudioV2ForConditional Llama4ForConditional "
     "MusicgenForConditional MusicgenMelodyForConditional VibeVoiceForConditional"},
    {"Glm46VModel", NULL, "-"}, {"GlmImageVQVAE", NULL, "-"}, {"HyperCLOVAXModel", NULL, "-"},
    {"ImageGPTModel", NULL, "-"}, {"LEDModel", NULL, "-"}, {"LMModel", NULL, "Layout Markup Perception Wav"},
    {"LightGlueForKeypointMatching", NULL, "-"}, {"MgpstrForSceneTextRecognition", NULL, "-"},
    {"Model", NULL,
     "AXK1 AXK2 Afmoe Aimv2 Aimv2Vision Albert Align Apertus1p5 Apertus1p5Text Apertus Arcee Aria AriaText "
     "AudioFlamingo3 Autoformer AyaVision BailingHybrid Bamba Bark Bart Beam Beit Bert BigBird "
     "BigBirdPegasus BioGpt BitNet Blenderbot BlenderbotSmall Blip2 Blip2QFormer Blip Bloom Blt BridgeTower "
     "Bros CLIPSeg CLIPText CLIPVision Camembert Canary Canine Chameleon ChineseCLIPVision Clap CodeGen "
     "Cohere2 Cohere2Moe Cohere2Vision CohereAsr CohereCompass CohereCompassText CohereCompassVision Cohere "
     "ConditionalDetr ConvBert ConvNext ConvNextV2 Cosmos3Edge Cosmos3EdgeText Cosmos3EdgeVision "
     "Cosmos3Omni CpmAnt Cvt Cwm DFine DINOv3ConvNext DabDetr Dac Data2VecAudio Data2VecText Data2VecVision "
     "Dbrx Deberta DebertaV2 DecisionTransformer DeepseekOcr2 DeepseekV2 DeepseekV32 DeepseekV3 DeepseekV4 "
     "DeepseekVLHybrid DeformableDetr Deimv2 DepthPro Detr Dia DiffLlama DiffusionGemma Dinov2 "
     "Dinov2WithRegisters DistilBert Doge DonutSwin Dory Dots1 Dots3Note Dots3NoteText EdgeTam EdgeTamVideo "
     "EdgeTamVision EfficientNet Electra EmbeddingGemma2 EmbeddingGemma2Text Emu3 Encodec Ernie4_5 "
     "Ernie4_5_Moe Ernie4_5_VLMoe Ernie Esm Esmc EuroBert Evolla Exaone4 Exaone4_5_ Exaone4_5_Vision "
     "ExaoneMoe FNet FalconH1 FalconMamba Falcon FastSpeech2Conformer FastVlm Flaubert Flava FlexOlmo Flint "
     "Florence2 FocalNet FunAsrNano Funnel Fuyu GPT2 GPTBigCode GPTNeo GPTNeoXJapanese Gemma2 Gemma3 "
     "Gemma3Text Gemma3n Gemma3nText Gemma4Audio Gemma4 Gemma4Text Gemma4Unified Gemma4UnifiedText "
     "Gemma4Vision Gemma"},
    {"Model", NULL,
     "Git Glm4 Glm4MoeLite Glm4Moe Glm4v Glm4vMoe Glm4vMoeText Glm4vMoeVision Glm4vText Glm4vVision "
     "Glm5Next Glm5NextText Glm5NextVision GlmAsr GlmImage GlmImageText GlmImageVision Glm GlmMoeDsa GlmOcr "
     "GlmOcrText GlmOcrVision GotOcr2 GptOss Granite4Vision GraniteDocling GraniteDoclingText "
     "GraniteDoclingVision Granite GraniteMoeHybrid GraniteMoe GraniteMoeShared GraniteSpeech "
     "GraniteSpeechPlus GroundingDino Gte HYV3 HYV4 HYV4VLText HYV4VLVision Helium Hiera HrmText Hubert "
     "HunYuanDenseV1 HunYuanMoEV1 HunYuanVLText HyperCLOVAXVisionV2 IBert IJepa Idefics2 Idefics3 Idefics "
     "Informer Inkling2Loop Inkling2LoopText Inkling2 Inkling2Text Inkling2Vision Inkling InklingText "
     "InstructBlip InstructBlipVideo InternVLVision Jais2 Jamba Janus JetMoe JinaEmbeddingsV3 KimiLinear "
     "Kimi_K25 Kimi_K25Vision Kolibri1 Kosmos2 Kosmos2_5 KyutaiSpeechToText Laguna LaraMini LayoutLMv3 "
     "Levit Lfm2 Lfm2Moe Lfm2Vl Lfm3 Lfm3Vl Lfm3VlVision LightOnOcr Lilt Llama4Text Llama Llava LlavaNext "
     "LlavaNextVideo LlavaOnevision LongT5 LongcatFlash Longformer Luke LwDetr Lxmert M2M100 MBart "
     "MLCDVision MMGroundingDino MPNet MT5 Mamba2 Mamba Marian Mask2Former MaskFormer MaskFormerSwin "
     "MegatronBert Mellum MetaClip2 MiMoV2Flash MimiDecoder MimiEncoder Mimi MiniCPM3 MiniCPMOcr "
     "MiniCPMOcrVision MiniCPMV4_6 MiniCPMV4_7 MiniCPMV4_7Vision MiniMaxM2 MiniMaxM3VLText MiniMax "
     "Ministral3 Ministral Mistral3 Mistral4 MistralLarge4 MistralLarge4Text Mistral Mixtral Mllama "
     "MobileBert MobileNetV1 MobileNetV2 MobileViTV2 ModernBertDecoder ModernBert ModernVBert Molmo2 "
     "Molmo2Text Moonshine MoonshineStreaming Moshi MossTranscribeDiarizeAudio"},
    {"Model", NULL,
     "MossTranscribeDiarize Mpt Mra MuseGlimmerAssistant MuseGlimmer MuseGlimmerText MuseGlimmerVision "
     "MuseSparkAudio MuseSpark MuseSparkText MuseSparkVision MusicFlamingo Mvp NanoChat "
     "Nemotron3DiarizationAudio Nemotron3Diarization Nemotron3_5TranscribeAsrAudio "
     "Nemotron3_5TranscribeAudio Nemotron3_5Transcribe Nemotron3_5TranscribeWordTimestamp Nemotron NeuCodec "
     "NllbMoe NomicBert Nystromformer Olmo2 Olmo3 OlmoHybrid Olmo Olmoe OmniASRAudio OneFormer "
     "OpenAIPrivacyFilter Ovis2 Owlv2 PI0 PLBart PPDocLayoutV3 PPDocLayoutV4 PPOCRV5MobileRec "
     "PPOCRV5ServerRec PPOCRV6MediumDet PPOCRV6SmallDet PPOCRV6SmallRec PPOCRV6TinyRec PaliGemma "
     "PatchTSMixer PeAudio PeAudioVideo PeVideo Pegasus Perceiver Persimmon Phi3 Phi4Multimodal Phi Phimoe "
     "Pixio PixtralVision PocketTTSAudioTokenizerDecoder PocketTTSAudioTokenizerEncoder "
     "PocketTTSAudioTokenizer PoolFormer ProphetNet Pvt PvtV2 QianfanOCRVision Qwen2Audio Qwen2 Qwen2Moe "
     "Qwen2VLText Qwen2_5OmniThinker Qwen2_5_VLText Qwen2_5_VisionTransformerPretrained Qwen3 Qwen3Moe "
     "Qwen3Next Qwen3OmniMoeThinker Qwen3VLMoe Qwen3VLMoeText Qwen3VLMoeVision Qwen3VLText Qwen3VLVision "
     "Qwen3_5 Qwen3_5Moe Qwen3_5MoeText Qwen3_5MoeVision Qwen3_5Text Qwen3_5Vision Qwen4Exp Qwen4ExpText "
     "Qwen4ExpVision RTDetr RTDetrV2 Radio RecurrentGemma Reformer RegNet RemBert ResNet RfDetr RoCBert "
     "RoFormer Roberta RobertaPreLayerNorm Rwkv Sam2HieraDet Sam2 Sam2Video Sam2Vision Sam3LiteText "
     "Sam3LiteTextText Sam3 Sam3Tracker Sam3TrackerVideo Sam3Video Sam3Vision SamHQVision Sam SamVision "
     "Sapiens2 SeamlessM4Tv2 SeedOss SegGpt Segformer Siglip2 Siglip2Vision Siglip SiglipVision SmolLM3 "
     "SolarOpen Speech2Text SpeechT5 Splinter SqueezeBert StableLm Starcoder2 Step3p7 SwiftFormer Swin "
     "Swinv2 SwitchTransformers T5Gemma2 T5Gemma T5 TableTransformer Tapas TextNet TimeSeriesTransformer "
     "TimesFm2_5"},
    {"Model", NULL,
     "TimesFm Timesformer TimmWrapper Tipsv2 Tipsv2Text Tipsv2Vision Tvp UMT5 UVDoc Udop UltraVBert "
     "Ultrabert UniSpeech UniSpeechSat UnivNet UnlimitedOcr VJEPA2 VaultGemma "
     "VibeVoiceAcousticTokenizerDecoder VibeVoiceAcousticTokenizerEncoder VibeVoiceAcousticTokenizer "
     "VibeVoiceAsr VideoLlama3 VideoLlama3Vision VideoLlava VideoPrismClip VideoPrismVision Vilt VipLlava "
     "VisionTextDualEncoder VisualBert VitDet Vits Vivit Voxtral VoxtralRealtime Wav2Vec2Bert "
     "Wav2Vec2Conformer Wav2Vec2 WavTokenizerEncoder WavTokenizer Whisper XLMRoberta XLNet Xcodec2 Xcodec "
     "Xmod Yolos Yoso Youtu Zamba2 Zamba Zaya"},
    {"NemotronHModel", NULL, "-"}, {"NeoMMEModel", NULL, "-"}, {"OPTModel", NULL, "-"},
    {"OmDetTurboForObjectDetection", NULL, "-"}, {"OmniASRCTCModel", NULL, "-"},
    {"OpenAIGPTModel", NULL, "-"}, {"PaddleOCRVLModel", NULL, "-"}, {"ParakeetForTDT", NULL, "-"},
    {"PatchTSTModel", NULL, "-"}, {"QianfanOCRModel", NULL, "-"}, {"Qwen3ASREncoder", NULL, "-"},
    {"RNNT", NULL, "Nemotron3_5AsrFor NemotronAsrStreamingFor ParakeetFor"}, {"SEWDModel", NULL, "-"},
    {"SEWModel", NULL, "-"}, {"SWAModel", NULL, "GraniteMoe Granite"}, {"SamHQModel", NULL, "-"},
    {"SmolVLMModel", NULL, "-"}, {"Swin2SRModel", NULL, "-"},
    {"TModel", NULL, "DINOv3Vi Dei GroupVi MobileVi OwlVi Sam3Vi SeamlessM4 Vi"},
    {"TTSModel", NULL, "GradiumPhonon Pocket"},
    {"Transformer", NULL, "HunYuanVLVision Idefics3Vision SmolVLMVision"},
    {"VLModel", NULL, "Deepseek HYV4 HunYuan Intern MiniMaxM3 Qwen2 Qwen2_5_ Qwen3"},
    {"ViTMAEModel", NULL, "-"}, {"ViTMSNModel", NULL, "-"}, {"VideoMAEModel", NULL, "-"},
    {"XCLIPModel", NULL, "-"}, {"XGLMModel", NULL, "-"}, {"XLMModel", NULL, "-"},
    {"XLMRobertaXLModel", NULL, "-"}, {"XModel", NULL, "GPTNeo Pegasus"}, {"xLSTMModel", NULL, "-"},
};

const sow__library_family sow__library_plain[] = {
    {"Block", NULL, "Corr TinyVit"}, {"BloomGelu", NULL, "-"}, {"Clip", NULL, "Inkling2L2 Inkling2LoopL2"},
    {"CvtSelfAttentionLinearProjection", NULL, "-"}, {"Depth", NULL, "SpaceTo Stochastic"},
    {"Downsample", NULL, "-"},
    {"Embedding", NULL,
     "ConditionalDetrSinePosition DFineSinePosition DINOv3ViTRopePosition DabDetrSinePosition "
     "DeformableDetrSinePosition Deimv2SinePosition DetrSinePosition EdgeTamSinePosition FunAsrNanoPosition "
     "GraniteDoclingPosition GroundingDinoContrastive GroundingDinoSinePosition MMGroundingDinoSinePosition "
     "Mask2FormerSinePosition MaskFormerSinePosition Nemotron3_5TranscribeSpeaker OneFormerSinePosition "
     "PPDocLayoutV3SinePosition PPDocLayoutV4SinePosition RTDetrSinePosition RTDetrV2SinePosition "
     "Sam2SinePosition Sam3LiteTextSinePosition Sam3SinePosition Sapiens2RopePosition SinusoidsPosition "
     "TableTransformerSinePosition VibeVoiceDiffusionHeadSinusoidal VoxtralRealtimeTime"},
    {"Embeddings", NULL, "InterpolateInitialPosition Swin2SRPatchUn"},
    {"Encoding", NULL,
     "Gemma4AudioRelPositional NemotronAsrStreamingEncoderRelPositional ParakeetEncoderRelPositional"},
    {"FNetBasicFourierTransform", NULL, "-"}, {"Flat", NULL, "-"}, {"GELUTanh", NULL, "-"},
    {"Gemma4VisionPooler", NULL, "-"}, {"GeneralizedRCNNTransform", NULL, "-"},
    {"Generator", NULL, "Anchor DefaultBox"}, {"Glm5NextTextHyperHead", NULL, "-"},
    {"Integral", NULL, "DFine Deimv2"}, {"LevitSubsample", NULL, "-"}, {"MatMulWrapper", NULL, "-"},
    {"MoonshineStreamingFrameCMVN", NULL, "-"}, {"MultiScaleDeformableAttention", NULL, "-"},
    {"MultiScaleRoIAlign", NULL, "-"}, {"Norm", NULL, "DoryL2 Llama4TextL2"}, {"OlmoLayerNorm", NULL, "-"},
    {"PatchTSMixerPatchify", NULL, "-"}, {"PatchTSTPatchify", NULL, "-"},
    {"Path", NULL,
     "BeitDrop CvtDrop Data2VecVisionDrop DonutDrop Drop Florence2Drop FocalNetDrop GlpnDrop "
     "GroundingDinoDrop MMGroundingDinoDrop MaskFormerDrop MgpStrDrop PoolFormerDrop QianfanOCRDrop "
     "SegGptDrop SegformerDrop SwinDrop Swinv2Drop"},
    {"Permute", NULL, "-"}, {"Pool", NULL, "FastAdaptiveAvg LastLevelMax"}, {"Pool2d", NULL, "BitMax Blur"},
    {"PositionalEmbedding", NULL,
     "Canary Kosmos2TextSinusoidal Kosmos2_5TextSinusoidal M2M100Sinusoidal MusicgenMelodySinusoidal "
     "MusicgenSinusoidal NllbMoeSinusoidal PegasusXSinusoidal SeamlessM4TConformerRel SeamlessM4TSinusoidal "
     "SeamlessM4Tv2Sinusoidal Speech2TextSinusoidal Tipsv2Sinusoidal Wav2Vec2ConformerRel XGLMSinusoidal"},
    {"Quantization", NULL, "NeuCodecFiniteScalar Xcodec2FiniteScalar"},
    {"RMSNorm", NULL, "FalconMambaWeightless HrmText NanoChat NeoMME"}, {"RadixSoftmax", NULL, "-"},
    {"Reroll", NULL, "-"}, {"Same", NULL, "AvgPool2d MaxPool2d"},
    {"Sample1d", NULL, "NeuCodecDown NeuCodecUp Xcodec2Down Xcodec2Up"},
    {"Scaler", NULL, "AutoformerMean InformerMean PatchTSMixerStd PatchTSTStd TimeSeriesMean"},
    {"SelectSeq", NULL, "-"},
    {"Sine", NULL,
     "EdgeTamVideoPositionEmbedding Sam2VideoPositionEmbedding Sam3TrackerVideoPositionEmbedding"},
    {"Softcap", NULL, "Inkling2Loop Inkling2"}, {"SwapAxes", NULL, "-"}, {"TinyVitStage", NULL, "-"},
    {"Unroll", NULL, "-"}, {"WindowDepartition", NULL, "-"}, {"WindowPartition", NULL, "-"},
    {"xLSTMBackend", NULL, "-"},
};

const sow__library_class sow__library_holders_by_children[] = {
    {"Attention", "=norm qkv proj", "attention_biases"},
    {"Attention", "=qkv attn_drop proj proj_drop", "q_bias? v_bias? relative_position_bias_table?"},
    {"Attention", "=qkv proj", "attention_biases attention_bias_idxs?"},
    {"Attention", "=qkv q_norm k_norm attn_drop proj proj_drop", "rel_pos_h rel_pos_w"},
    {"Attention2d", "q k v v_local talking_head1 talking_head2", "attention_biases"},
    {"BarkSelfAttention", "=attn_dropout resid_dropout att_proj out_proj", "bias?"},
    {"Block", "=norm1 attn drop_path1 norm2 mlp drop_path2", "gamma_1? gamma_2?"},
    {"ConvBlock", "conv_dw norm mlp drop_path", "gamma"}, {"CvtStage", "=embedding layers", "cls_token?"},
    {"DenseBlock", "drop_path layers", "gamma"}, {"DiffusionGemmaRMSNorm", "-", "weight?"},
    {"DisentangledSelfAttention", "in_proj dropout", "q_bias v_bias"},
    {"EmbeddingGemma2RMSNorm", "-", "weight?"}, {"Encoder", "dropout layers ln", "pos_embedding"},
    {"GPTNeoXJapaneseAttention", "=attention_dropout query_key_value dense", "dense_bias?"},
    {"Gemma3nRMSNorm", "-", "weight?"},
    {"Gemma4ClippableLinear", "=linear", "input_min? input_max? output_min? output_max?"},
    {"Gemma4RMSNorm", "-", "weight?"}, {"Gemma4UnifiedRMSNorm", "-", "weight?"},
    {"GlobalResponseNorm", "-", "weight bias"}, {"GroupViTStage", "layers downsample", "group_token"},
    {"LayerNorm", "-", "weight? bias?"}, {"LayerScale", "-", "gamma"}, {"LayerScale2d", "-", "gamma"},
    {"LayerScaleBlock", "norm1 attn drop_path norm2 mlp", "gamma_1 gamma_2"},
    {"MiMoV2FlashAttention", "=q_proj k_proj v_proj o_proj", "sinks?"},
    {"MllamaVisionEncoderLayer", "=self_attn mlp input_layernorm post_attention_layernorm", "gate_attn? gate_ffn?"},
    {"MultiScaleAttention", "qkv proj pool_q norm_q pool_k norm_k", "rel_pos_h rel_pos_w"},
    {"MultiscaleAttention", "=qkv project pool_q pool_k pool_v", "rel_pos_h? rel_pos_w? rel_pos_t?"},
    {"MuseGlimmerRMSNorm", "-", "weight?"}, {"MuseSparkRMSNorm", "-", "weight?"},
    {"PoolingVisionTransformer", "patch_embed pos_drop transformers norm head_drop head", "pos_embed cls_token"},
    {"PosEmbedRel", "-", "height_rel width_rel"},
    {"PositionalEncoding", "-", "class_token spatial_pos? temporal_pos? class_pos?"},
    {"RmsNorm", "-", "weight?"}, {"RmsNormFp32", "-", "weight?"}, {"Scale", "-", "scale"},
    {"SeamlessM4TConformerSelfAttention", "linear_q linear_k linear_v linear_out dropout linear_pos", "pos_bias_u pos_bias_v"},
    {"VisionTransformer", "=conv_proj encoder heads", "class_token"},
    {"VisionTransformer", "=patch_embed pos_drop patch_drop norm_pre blocks norm fc_norm head_drop head", "pos_embed cls_token?"},
    {"WindowAttention", "qkv attn_drop proj proj_drop softmax", "relative_position_bias_table? logit_scale? q_bias? v_bias?"},
};

const sow__library_class sow__library_again_by_children[] = {
    {"AlexNet", "features avgpool classifier", NULL},
    {"Beit", "patch_embed pos_drop blocks norm fc_norm head_drop head", NULL},
    {"ByobNet", "stem stages final_conv head", NULL}, {"CPUBone", "stem stages head", NULL},
    {"CSATv2", "stem_dct stages head", NULL},
    {"Cait", "patch_embed pos_drop blocks blocks_token_only norm head_drop head", NULL},
    {"CoaT", "patch_embed1 patch_embed2 patch_embed3 patch_embed4 cpe1 cpe2 cpe3 cpe4 crpe1 crpe2 crpe3 crpe4 serial_blocks1 serial_blocks2 serial_blocks3 serial_blocks4 parallel_blocks norm2 norm3 norm4 aggregate head_drop head", NULL},
    {"ConVit", "patch_embed pos_drop blocks norm head_drop head", NULL},
    {"ConvMixer", "stem blocks global_pool head_drop head", NULL}, {"ConvNeXt", "-", NULL},
    {"CrossVit", "patch_embed pos_drop blocks norm head_drop head", NULL},
    {"CspNet", "stem stages head", NULL}, {"CspNext", "stem stages head", NULL},
    {"DLA", "base_layer level0 level1 level2 level3 level4 level5 global_pool head_drop fc flatten", NULL},
    {"DPN", "features global_pool classifier flatten", NULL}, {"DaVit", "stem stages norm_pre head", NULL},
    {"DeepLabV3", "backbone classifier", NULL},
    {"DeepseekVitClassifier", "encoder norm head_drop head", NULL},
    {"DenseNet", "features classifier", NULL}, {"EdgeNeXt", "stem stages norm_pre head", NULL},
    {"EfficientFormer", "stem stages norm head_drop head head_dist", NULL},
    {"EfficientFormerV2", "stem stages norm head_drop head head_dist", NULL},
    {"EfficientNet", "classifier", NULL}, {"EfficientViM", "patch_embed stages norm head_drop heads", NULL},
    {"EfficientVit", "stem stages head", NULL},
    {"EfficientVitMsra", "patch_embed stages global_pool head", NULL},
    {"Eva", "patch_embed pos_drop rope norm_pre blocks norm fc_norm head_drop head", NULL},
    {"FCN", "backbone classifier", NULL}, {"FCOS", "backbone anchor_generator head transform", NULL},
    {"FastVit", "stem stages final_conv head", NULL},
    {"FasterNet", "patch_embed stages global_pool conv_head act flatten classifier", NULL},
    {"FasterRCNN", "transform backbone rpn roi_heads", NULL}, {"FocalNet", "stem layers norm head", NULL},
    {"Gemma4VitClassifier", "encoder norm head_drop head", NULL},
    {"GhostNet", "conv_stem bn1 act1 blocks global_pool conv_head act2 flatten classifier", NULL},
    {"GlobalContextVit", "stem stages head", NULL},
    {"GoogLeNet", "conv1 maxpool1 conv2 conv3 maxpool2 inception3a inception3b maxpool3 inception4a inception4b inception4c inception4d inception4e maxpool4 inception5a inception5b aux1 aux2 avgpool dropout fc", NULL},
    {"Hiera", "patch_embed unroll reroll blocks head", NULL}, {"HieraDet", "patch_embed blocks head", NULL},
    {"HighPerfGpuNet", "stem stages head", NULL},
    {"HighResolutionNet", "conv1 bn1 act1 conv2 bn2 act2 layer1 transition1 stage2 transition2 stage3 transition3 stage4 incre_modules downsamp_modules final_layer global_pool head_drop classifier", NULL},
    {"IFormer", "stem stages head_drop head", NULL},
    {"Inception3", "Conv2d_1a_3x3 Conv2d_2a_3x3 Conv2d_2b_3x3 maxpool1 Conv2d_3b_1x1 Conv2d_4a_3x3 maxpool2 Mixed_5b Mixed_5c Mixed_5d Mixed_6a Mixed_6b Mixed_6c Mixed_6d Mixed_6e AuxLogits Mixed_7a Mixed_7b Mixed_7c avgpool dropout fc", NULL},
    {"InceptionResnetV2", "conv2d_1a conv2d_2a conv2d_2b maxpool_3a conv2d_3b conv2d_4a maxpool_5a mixed_5b repeat mixed_6a repeat_1 mixed_7a repeat_2 block8 conv2d_7b global_pool head_drop classif", NULL},
    {"InceptionV3", "Conv2d_1a_3x3 Conv2d_2a_3x3 Conv2d_2b_3x3 Pool1 Conv2d_3b_1x1 Conv2d_4a_3x3 Pool2 Mixed_5b Mixed_5c Mixed_5d Mixed_6a Mixed_6b Mixed_6c Mixed_6d Mixed_6e Mixed_7a Mixed_7b Mixed_7c global_pool head_drop fc", NULL},
    {"InceptionV4", "features global_pool head_drop last_linear", NULL},
    {"KeypointRCNN", "transform backbone rpn roi_heads", NULL},
    {"LCNetV2", "stem stages global_pool conv_head act2 flatten classifier", NULL},
    {"LRASPP", "backbone classifier", NULL}, {"LevitDistilled", "stem stages head head_dist", NULL},
    {"LowFormer", "stem stages global_pool flatten in_conv pre_classifier classifier", NULL},
    {"MNASNet", "layers classifier", NULL}, {"MViT", "conv_proj pos_encoding blocks norm head", NULL},
    {"MambaOut", "stem stages head", NULL}, {"MaskRCNN", "transform backbone rpn roi_heads", NULL},
    {"MaxVit", "stem blocks classifier", NULL}, {"MaxxVit", "stem stages norm head", NULL},
    {"MetaFormer", "stem stages head", NULL}, {"MetaNeXt", "stem stages head", NULL},
    {"MlpMixer", "stem blocks norm head_drop head", NULL}, {"MobileNetV2", "features classifier", NULL},
    {"MobileNetV3", "classifier", NULL},
    {"MobileNetV5", "conv_stem blocks msfa global_pool flatten classifier", NULL},
    {"MultiScaleVit", "patch_embed stages norm head", NULL},
    {"NASNetALarge", "conv0 cell_stem_0 cell_stem_1 cell_0 cell_1 cell_2 cell_3 cell_4 cell_5 reduction_cell_0 cell_6 cell_7 cell_8 cell_9 cell_10 cell_11 reduction_cell_1 cell_12 cell_13 cell_14 cell_15 cell_16 cell_17 act global_pool head_drop last_linear", NULL},
    {"NaFlexVit", "embeds norm_pre blocks norm fc_norm head_drop head", NULL},
    {"Nest", "patch_embed levels norm global_pool head_drop head", NULL},
    {"NextViT", "stem stages norm head", NULL},
    {"NormFreeNet", "stem stages final_conv final_act head", NULL},
    {"PNASNet5Large", "conv_0 cell_stem_0 cell_stem_1 cell_0 cell_1 cell_2 cell_3 cell_4 cell_5 cell_6 cell_7 cell_8 cell_9 cell_10 cell_11 act global_pool head_drop last_linear", NULL},
    {"PoolingVisionTransformer", "patch_embed pos_drop transformers norm head_drop head", NULL},
    {"PyramidVisionTransformerV2", "patch_embed stages head_drop head", NULL},
    {"QuantizableGoogLeNet", "conv1 maxpool1 conv2 conv3 maxpool2 inception3a inception3b maxpool3 inception4a inception4b inception4c inception4d inception4e maxpool4 inception5a inception5b aux1 aux2 avgpool dropout fc quant dequant", NULL},
    {"QuantizableInception3", "Conv2d_1a_3x3 Conv2d_2a_3x3 Conv2d_2b_3x3 maxpool1 Conv2d_3b_1x1 Conv2d_4a_3x3 maxpool2 Mixed_5b Mixed_5c Mixed_5d Mixed_6a Mixed_6b Mixed_6c Mixed_6d Mixed_6e AuxLogits Mixed_7a Mixed_7b Mixed_7c avgpool dropout fc quant dequant", NULL},
    {"QuantizableMobileNetV2", "features classifier quant dequant", NULL},
    {"QuantizableMobileNetV3", "features avgpool classifier quant dequant", NULL},
    {"QuantizableResNet", "conv1 bn1 relu maxpool layer1 layer2 layer3 layer4 avgpool fc quant dequant", NULL},
    {"QuantizableShuffleNetV2", "conv1 maxpool stage2 stage3 stage4 conv5 fc quant dequant", NULL},
    {"Qwen3VitClassifier", "encoder norm head_drop head", NULL},
    {"RAFT", "feature_encoder context_encoder corr_block update_block", NULL},
    {"RDNet", "stem dense_stages norm_pre head", NULL}, {"RegNet", "stem", NULL},
    {"RepGhostNet", "conv_stem bn1 act1 blocks global_pool conv_head act2 flatten classifier", NULL},
    {"RepVit", "stem stages head_drop head", NULL},
    {"ResNet", "conv1 bn1 maxpool layer1 layer2 layer3 layer4 fc", NULL},
    {"ResNetV2", "stem stages norm head", NULL},
    {"RetinaNet", "backbone anchor_generator head transform", NULL}, {"RexNet", "stem features head", NULL},
    {"S3D", "features avgpool classifier", NULL},
    {"SENet", "layer0 pool0 layer1 layer2 layer3 layer4 global_pool last_linear", NULL},
    {"SHViT", "patch_embed stages global_pool flatten head", NULL},
    {"SSD", "backbone anchor_generator head transform", NULL},
    {"SelecSls", "stem features from_seq head global_pool head_drop fc", NULL},
    {"Sequencer2d", "stem stages norm head", NULL},
    {"ShuffleNetV2", "conv1 maxpool stage2 stage3 stage4 conv5 fc", NULL},
    {"SqueezeNet", "features classifier", NULL},
    {"StarNet", "stem stages norm global_pool flatten head", NULL},
    {"SwiftFormer", "stem stages norm head_drop head head_dist", NULL},
    {"SwinTransformer", "norm head", NULL},
    {"SwinTransformer3d", "patch_embed pos_drop features norm avgpool head", NULL},
    {"SwinTransformerV2", "patch_embed layers norm head", NULL},
    {"SwinTransformerV2Cr", "patch_embed stages head", NULL},
    {"TNT", "pixel_embed norm1_proj proj norm2_proj pos_drop blocks norm head_drop head", NULL},
    {"TResNet", "body head", NULL}, {"TinyVit", "patch_embed stages head", NULL},
    {"Twins", "patch_embeds pos_drops blocks pos_block norm head_drop head", NULL},
    {"VGG", "features", NULL},
    {"VOLO", "patch_embed pos_drop network post_network aux_head norm head_drop head", NULL},
    {"VideoResNet", "stem layer1 layer2 layer3 layer4 avgpool fc", NULL},
    {"Visformer", "stem patch_embed1 pos_drop stage1 patch_embed2 stage2 patch_embed3 stage3 norm global_pool head_drop head", NULL},
    {"VisionTransformer", "-", NULL},
    {"VisionTransformerRelPos", "patch_embed blocks norm fc_norm head_drop head", NULL},
    {"VisionTransformerSAM", "patch_embed pos_drop patch_drop norm_pre blocks neck head", NULL},
    {"VovNet", "stem stages head", NULL},
    {"Xception", "conv1 bn1 act1 conv2 bn2 act2 block1 block2 block3 block4 block5 block6 block7 block8 block9 block10 block11 block12 conv3 bn3 act3 conv4 bn4 act4 global_pool fc", NULL},
    {"XceptionAligned", "stem blocks act head", NULL},
    {"Xcit", "patch_embed pos_embed pos_drop blocks cls_attn_blocks norm head_drop head", NULL},
};

const size_t sow__library_aliases_count = sizeof sow__library_aliases / sizeof *sow__library_aliases;
const size_t sow__library_holders_count = sizeof sow__library_holders / sizeof *sow__library_holders;
const size_t sow__library_again_count = sizeof sow__library_again / sizeof *sow__library_again;
const size_t sow__library_plain_count = sizeof sow__library_plain / sizeof *sow__library_plain;
const size_t sow__library_holders_by_children_count = sizeof sow__library_holders_by_children / sizeof *sow__library_holders_by_children;
const size_t sow__library_again_by_children_count = sizeof sow__library_again_by_children / sizeof *sow__library_again_by_children;
