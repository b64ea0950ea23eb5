package org.gto4j.presets;

import org.bytedeco.javacpp.annotation.Platform;
import org.bytedeco.javacpp.annotation.Properties;
import org.bytedeco.javacpp.tools.Info;
import org.bytedeco.javacpp.tools.InfoMap;
import org.bytedeco.javacpp.tools.InfoMapper;

/**
 * How the C API of libgto4j becomes Java: the generated classes are org.gto4j.engine.
 *
 * <p>The libraries are preloaded in the order of their dependencies. ggml's kernels are one library for each family of
 * processors (cmake/cpu_variants.cmake), and ggml picks the best among those that lie beside libgto4j. A build for one
 * processor alone has libggml-cpu instead. Natives with the extension -gpu have libraries for CUDA, too. Names that a
 * build doesn't have, and libraries that can't be loaded here, are passed over by the loader.
 */
@Properties(
    value = {
      @Platform(
        compiler = "cpp17",
        define = "STRING_BYTES_CHARSET \"UTF-8\"",
        include = {
            "gto4j/common.h", "gto4j/device.h", "gto4j/features.h", "gto4j/sampler.h", "gto4j/answer.h",
            "gto4j/target.h", "gto4j/target_head.h", "gto4j/drawn_children.h", "gto4j/session.h",
            "gto4j/draft.h", "gto4j/trainer.h", "gto4j/tree.h", "gto4j/loss.h", "gto4j/kernels.h"
        },
        link = "gto4j@.0",
        preload = {
            "ggml-base@.0", "ggml-cpu@.0", "ggml@.0", "llama@.0",
            "ggml-cpu-x64", "ggml-cpu-sandybridge", "ggml-cpu-haswell", "ggml-cpu-alderlake", "ggml-cpu-skylakex",
            "ggml-cpu-cascadelake", "ggml-cpu-icelake", "ggml-cpu-zen4", "ggml-cpu-sapphirerapids",
            "ggml-cpu-armv8.0_1", "ggml-cpu-armv8.2_2", "ggml-cpu-armv8.6_1", "ggml-cpu-armv8.6_2",
            "ggml-cuda", "gto4j-cuda"
        }),
      @Platform(value = "linux-x86_64", extension = "-gpu")
    },
    target = "org.gto4j.engine",
    global = "org.gto4j.engine.global.gto4j")
public class gto4j implements InfoMapper {
    @Override
    public void map(InfoMap infoMap) {
        infoMap.put(new Info("GTO_API").cppTypes().annotations());
        // The parser takes "const X * const *" for a constant member and leaves its setter out.
        infoMap.put(new Info("gto_sampler_options::triggers").javaText(
            "public native @Cast(\"const char*const*\") PointerPointer triggers();\n"
            + "public native gto_sampler_options triggers(PointerPointer setter);"));
        infoMap.put(new Info("gto_batch::features").javaText(
            "/** [n_sequences], F32 or F16, with hidden */\n"
            + "public native @Cast(\"const gto_features*const*\") PointerPointer features();\n"
            + "public native gto_batch features(PointerPointer setter);"));
    }
}
