package org.gto4j.checkpoint;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.gto4j.io.AtomicFile;

/** Writes a safetensors file, tensor after tensor. */
final class SafetensorsWriter {
    private static final int ALIGNMENT = 8;

    private final List<Entry> entries = new ArrayList<>();

    /** Writes the bytes of the values. */
    @FunctionalInterface
    interface Values {
        void writeTo(OutputStream out) throws IOException;
    }

    private record Entry(String name, ElementType type, long[] shape, Values values) {
        long bytes() {
            long size = type.bytes();
            for (long side : shape) {
                size = Math.multiplyExact(size, side);
            }
            return size;
        }
    }

    void add(String name, ElementType type, long[] shape, Values values) {
        entries.add(new Entry(name, type, shape.clone(), values));
    }

    void write(Path file) {
        byte[] header = header();
        AtomicFile.write(file, out -> {
            out.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(header.length)
                    .array());
            out.write(header);
            for (Entry entry : entries) {
                entry.values().writeTo(out);
            }
        });
    }

    private byte[] header() {
        ObjectNode header = JsonNodeFactory.instance.objectNode();
        header.putObject("__metadata__").put("format", "pt");
        long at = 0;
        for (Entry entry : entries) {
            ObjectNode tensor = header.putObject(entry.name());
            tensor.put("dtype", entry.type().name());
            var shape = tensor.putArray("shape");
            for (long side : entry.shape()) {
                shape.add(side);
            }
            tensor.putArray("data_offsets").add(at).add(at + entry.bytes());
            at += entry.bytes();
        }
        byte[] text = header.toString().getBytes(StandardCharsets.UTF_8);
        byte[] padded = Arrays.copyOf(text, (text.length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT);
        Arrays.fill(padded, text.length, padded.length, (byte) ' ');
        return padded;
    }
}
