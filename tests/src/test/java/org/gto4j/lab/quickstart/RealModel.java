package org.gto4j.lab.quickstart;

import java.nio.file.Files;
import java.nio.file.Path;
import org.gto4j.model.Quantization;
import org.gto4j.model.TargetModel;

/** The real model that tests use: quickstart's own default, from its cache or downloaded. */
public final class RealModel {
    private RealModel() {}

    /** SmolLM2-135M-Instruct with F16 weights. */
    public static synchronized Path f16() {
        return new DefaultModel(System.err::println).get();
    }

    /** The same with F32 weights, kept beside it. */
    public static synchronized Path f32() {
        Path half = f16();
        Path full = half.resolveSibling(half.getFileName().toString().replace("F16", "F32"));
        if (!Files.exists(full)) {
            TargetModel.requantize(half, full, Quantization.F32, 0);
        }
        return full;
    }
}
