package org.gto4j.it.support;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** A GGUF taken apart so that its parts can be changed, and put together again whether or not they fit. */
public final class GgufImage {
    public static final int U8 = 0;
    public static final int U32 = 4;
    public static final int I32 = 5;
    public static final int F32 = 6;
    public static final int BOOL = 7;
    public static final int STRING = 8;
    public static final int ARRAY = 9;
    private static final int[] BYTES = {1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8};
    private static final int ALIGNMENT = 32;

    /** A key with the bytes of its value. */
    public static final class Key {
        public String name;
        public int type;
        public byte[] value;

        public Key(String name, int type, byte[] value) {
            this.name = name;
            this.type = type;
            this.value = value;
        }
    }

    /** A tensor's entry. */
    public static final class Tensor {
        public String name;
        public long[] shape;
        public int type;
        public long offset;
    }

    public final List<Key> keys = new ArrayList<>();
    public final List<Tensor> tensors = new ArrayList<>();
    public int version;
    public byte[] data = {};

    public static GgufImage read(Path file) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        GgufImage image = new GgufImage();
        in.getInt();
        image.version = in.getInt();
        long tensorCount = in.getLong();
        long keyCount = in.getLong();
        for (long i = 0; i < keyCount; i++) {
            String name = string(in);
            int type = in.getInt();
            int start = in.position();
            skip(in, type);
            image.keys.add(new Key(name, type, Arrays.copyOfRange(bytes, start, in.position())));
        }
        for (long i = 0; i < tensorCount; i++) {
            Tensor tensor = new Tensor();
            tensor.name = string(in);
            tensor.shape = new long[in.getInt()];
            for (int d = 0; d < tensor.shape.length; d++) {
                tensor.shape[d] = in.getLong();
            }
            tensor.type = in.getInt();
            tensor.offset = in.getLong();
            image.tensors.add(tensor);
        }
        image.data = Arrays.copyOfRange(bytes, (in.position() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT, bytes.length);
        return image;
    }

    private static String string(ByteBuffer in) {
        byte[] text = new byte[(int) in.getLong()];
        in.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static void skip(ByteBuffer in, int type) {
        if (type == STRING) {
            string(in);
        } else if (type == ARRAY) {
            int element = in.getInt();
            long count = in.getLong();
            for (long i = 0; i < count; i++) {
                skip(in, element);
            }
        } else {
            in.position(in.position() + BYTES[type]);
        }
    }

    /** The key, or null. */
    public Key key(String name) {
        return keys.stream().filter(key -> key.name.equals(name)).findFirst().orElse(null);
    }

    /** Up to where the file is header. */
    public byte[] header() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes("GGUF".getBytes(StandardCharsets.UTF_8));
        out.writeBytes(number(4, version));
        out.writeBytes(number(8, tensors.size()));
        out.writeBytes(number(8, keys.size()));
        for (Key key : keys) {
            out.writeBytes(text(key.name));
            out.writeBytes(number(4, key.type));
            out.writeBytes(key.value);
        }
        for (Tensor tensor : tensors) {
            out.writeBytes(text(tensor.name));
            out.writeBytes(number(4, tensor.shape.length));
            for (long size : tensor.shape) {
                out.writeBytes(number(8, size));
            }
            out.writeBytes(number(4, tensor.type));
            out.writeBytes(number(8, tensor.offset));
        }
        while (out.size() % ALIGNMENT != 0) {
            out.write(0);
        }
        return out.toByteArray();
    }

    public byte[] bytes() {
        byte[] header = header();
        byte[] all = Arrays.copyOf(header, header.length + data.length);
        System.arraycopy(data, 0, all, header.length, data.length);
        return all;
    }

    /** Little-endian bytes of an integer. */
    public static byte[] number(int bytes, long value) {
        byte[] all = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(value)
                .array();
        return Arrays.copyOf(all, bytes);
    }

    public static byte[] text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        return joined(number(8, utf8.length), utf8);
    }

    /** The bytes of a value of a type from a number. */
    public static byte[] scalar(int type, double value) {
        return switch (type) {
            case F32 -> number(4, Float.floatToRawIntBits((float) value));
            case 12 -> number(8, Double.doubleToRawLongBits(value));
            default -> number(BYTES[type], (long) value);
        };
    }

    public static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    /** Bytes of an element of a type of fixed size; 0 for texts and arrays. */
    public static int bytes(int type) {
        return type >= 0 && type < BYTES.length ? BYTES[type] : 0;
    }
}
