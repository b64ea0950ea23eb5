package org.gto4j.it.models;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.gto4j.it.support.GgufImage;

/** Makes one tensor of each block's queries, keys and values. */
final class GgufFusion {
    private static final int ALIGNMENT = 32;

    private GgufFusion() {}

    /** Of a model whose matrices are F32. */
    static Path of(Path from, Path to) throws IOException {
        GgufImage image = GgufImage.read(from);
        ByteArrayOutputStream data = new ByteArrayOutputStream();
        for (GgufImage.Tensor tensor : image.tensors.toArray(GgufImage.Tensor[]::new)) {
            String name = tensor.name;
            if (name.endsWith("attn_k.weight") || name.endsWith("attn_v.weight")) {
                image.tensors.remove(tensor);
                continue;
            }
            long offset = data.size();
            data.writeBytes(bytes(image, tensor));
            if (name.endsWith("attn_q.weight")) {
                for (String other : new String[] {"attn_k.weight", "attn_v.weight"}) {
                    GgufImage.Tensor part = tensor(image, name.replace("attn_q.weight", other));
                    data.writeBytes(bytes(image, part));
                    tensor.shape[1] += part.shape[1];
                }
                tensor.name = name.replace("attn_q", "attn_qkv");
            }
            while (data.size() % ALIGNMENT != 0) {
                data.write(0);
            }
            tensor.offset = offset;
        }
        image.data = data.toByteArray();
        return Files.write(to, image.bytes());
    }

    private static GgufImage.Tensor tensor(GgufImage image, String name) {
        return image.tensors.stream()
                .filter(tensor -> tensor.name.equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static byte[] bytes(GgufImage image, GgufImage.Tensor tensor) {
        int length = (int) (Arrays.stream(tensor.shape).reduce(1, (a, b) -> a * b) * Float.BYTES);
        return Arrays.copyOfRange(image.data, (int) tensor.offset, (int) tensor.offset + length);
    }
}
