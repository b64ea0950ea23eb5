package org.gto4j.fuzz;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.it.support.GgufImage;
import org.gto4j.it.support.GgufImage.Key;
import org.gto4j.it.support.GgufImage.Tensor;

/** Changes a GGUF as broken converters, broken disks and enemies would. */
final class GgufMutation {
    private final FuzzRandom random;
    private final GgufImage image;
    /** What was changed; empty if any part of the header may have been. */
    final List<String> changed = new ArrayList<>();

    private GgufMutation(FuzzRandom random, GgufImage image) {
        this.random = random;
        this.image = image;
    }

    /**
     * Writes a changed copy of a file.
     *
     * @return names of what was changed; empty if the message can't be expected to know
     */
    static List<String> write(FuzzRandom random, Path from, Path to) throws IOException {
        GgufMutation mutation = new GgufMutation(random, GgufImage.read(from));
        Files.write(to, mutation.bytes());
        Files.write(to.resolveSibling("changes.txt"), mutation.changed);
        return mutation.changed;
    }

    private byte[] bytes() {
        if (random.oneIn(6)) {
            return broken();
        }
        for (int changes = random.oneIn(4) ? random.between(2, 4) : 1; changes > 0; changes--) {
            if (random.oneIn(2)) {
                changeKey();
            } else if (random.oneIn(4)) {
                changeData();
            } else {
                changeTensor();
            }
        }
        return image.bytes();
    }

    /** The file's bytes without regard to what they mean. */
    private byte[] broken() {
        int header = image.header().length;
        byte[] bytes = image.bytes();
        switch (random.below(4)) {
            case 0 -> {
                return Arrays.copyOf(bytes, random.oneIn(2) ? random.below(header) : random.below(bytes.length));
            }
            case 1 -> {
                for (int i = random.between(1, 4); i > 0; i--) {
                    bytes[random.below(header)] ^= (byte) (1 << random.below(8));
                }
            }
            case 2 -> Arrays.fill(bytes, random.below(header), header, (byte) -random.below(2));
            default ->
                System.arraycopy(GgufImage.number(random.of(4, 8), random.anyLong()), 0, bytes, 4 * random.below(6), 4);
        }
        return bytes;
    }

    private void changeKey() {
        // arrays of tokens are one key of many: settings are what matters
        List<Key> settings = image.keys.stream()
                .filter(key -> !key.name.startsWith("tokenizer") || random.oneIn(3))
                .toList();
        Key key = random.of(settings.isEmpty() ? image.keys : settings);
        note(key.name);
        switch (random.below(8)) {
            case 0 -> image.keys.remove(key);
            case 1 -> {
                key.name = random.of(key.name + "x", "", random.text(), random.of(image.keys).name);
                changed.clear();
            }
            case 2 -> {
                key.type = random.of(0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12);
                key.value = GgufImage.scalar(key.type, random.integer());
            }
            case 3 -> {
                key.type = GgufImage.STRING;
                key.value = GgufImage.text(random.text());
            }
            case 4 -> {
                int element =
                        random.of(GgufImage.I32, GgufImage.U32, GgufImage.F32, GgufImage.U8, GgufImage.BOOL, 10, 12);
                int count = random.below(8);
                byte[] values = {};
                for (int i = 0; i < count; i++) {
                    values = GgufImage.joined(values, GgufImage.scalar(element, random.integer()));
                }
                key.type = GgufImage.ARRAY;
                key.value = GgufImage.joined(GgufImage.number(4, element), GgufImage.number(8, count), values);
            }
            default -> changeValue(key);
        }
    }

    private void changeValue(Key key) {
        if (key.type == GgufImage.STRING) {
            key.value = random.oneIn(8)
                    ? GgufImage.joined(GgufImage.number(8, 3), new byte[] {(byte) 0xFF, 0, (byte) 0xC3})
                    : GgufImage.text(random.text());
        } else if (key.type == GgufImage.ARRAY) {
            changeArray(key);
        } else {
            long old = ByteBuffer.wrap(Arrays.copyOf(key.value, 8))
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .getLong();
            boolean real = key.type == GgufImage.F32 || key.type == 12;
            key.value = real
                    ? GgufImage.scalar(key.type, random.number())
                    : GgufImage.scalar(
                            key.type, random.of(random.integer(), (int) old + 1, (int) old - 1, (int) old * 2));
        }
    }

    private void changeArray(Key key) {
        ByteBuffer in = ByteBuffer.wrap(key.value).order(ByteOrder.LITTLE_ENDIAN);
        int element = in.getInt();
        long count = in.getLong();
        int bytes = GgufImage.bytes(element);
        if (bytes == 0) {
            key.value = GgufImage.joined(
                    GgufImage.number(4, element), GgufImage.number(8, 1), GgufImage.text(random.text()));
        } else if (random.oneIn(2) || count == 0) {
            int kept = random.oneIn(3) ? 0 : random.below((int) count + 1);
            key.value = GgufImage.joined(
                    GgufImage.number(4, element),
                    GgufImage.number(8, kept),
                    Arrays.copyOfRange(key.value, 12, 12 + kept * bytes));
        } else {
            System.arraycopy(
                    GgufImage.scalar(element, random.integer()),
                    0,
                    key.value,
                    12 + random.below((int) count) * bytes,
                    bytes);
        }
    }

    private void changeTensor() {
        Tensor tensor = random.of(image.tensors);
        note(tensor.name);
        switch (random.below(7)) {
            case 0 -> image.tensors.remove(tensor);
            case 1 -> {
                tensor.name = random.of(
                        tensor.name + "x",
                        "",
                        "blk.999.attn_q.weight",
                        random.of(image.tensors).name,
                        "a".repeat(70),
                        random.text());
                changed.clear();
            }
            case 2 -> tensor.type = random.oneIn(3) ? random.integer() : random.below(43);
            case 3 ->
                tensor.offset = random.of(
                        0L,
                        32L,
                        1L,
                        -1L,
                        Long.MAX_VALUE,
                        (long) image.data.length,
                        tensor.offset + 32,
                        random.anyLong());
            case 4 ->
                tensor.shape = random.of(
                        new long[] {},
                        new long[] {1},
                        new long[] {1, 1, 1, 1},
                        new long[] {0, 4},
                        new long[] {-1, 8},
                        new long[5],
                        new long[] {Long.MAX_VALUE, 2},
                        new long[] {1L << 32, 1L << 31});
            default -> {
                if (tensor.shape.length > 0) {
                    int d = random.below(tensor.shape.length);
                    tensor.shape[d] = random.of(
                            tensor.shape[d] + 1,
                            tensor.shape[d] - 1,
                            tensor.shape[d] / 2,
                            tensor.shape[d] * 2,
                            32L,
                            1L,
                            (long) random.integer());
                }
            }
        }
    }

    private void changeData() {
        float value = (float) random.number();
        int at = random.below(image.data.length / 4) * 4;
        System.arraycopy(GgufImage.scalar(GgufImage.F32, value), 0, image.data, at, 4);
        note("data " + at + " = " + value);
    }

    private void note(String name) {
        changed.add(name);
    }
}
