package org.gto4j.it.checkpoint;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes what Python's pickle writes of a dictionary of tensors. */
final class Pickle {
    private static final Map<String, String> STORAGES =
            Map.of("F32", "FloatStorage", "BF16", "BFloat16Storage", "I64", "LongStorage", "BOOL", "BoolStorage");

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /** An empty dictionary, whose items come. */
    void begin() {
        bytes(0x80, 2);
        global("collections", "OrderedDict");
        bytes('q', 0, ')', 'R', 'q', 1, '(');
    }

    /** An item. */
    void tensor(String name, String type, String key, int... shape) {
        text(name);
        global("torch._utils", "_rebuild_tensor_v2");
        bytes('(', '(');
        text("storage");
        global("torch", STORAGES.get(type));
        text(key);
        text("cpu");
        int size = 1;
        for (int side : shape) {
            size *= side;
        }
        whole(size);
        bytes('t', 'Q');
        whole(0);
        bytes('(');
        for (int side : shape) {
            whole(side);
        }
        bytes('t', '(');
        for (int i = 0; i < shape.length; i++) {
            whole(i == 0 && shape.length == 2 ? shape[1] : 1);
        }
        bytes('t', 0x89);
        global("collections", "OrderedDict");
        bytes(')', 'R', 't', 'R');
    }

    byte[] end() {
        bytes('u', '.');
        return out.toByteArray();
    }

    void global(String module, String name) {
        out.writeBytes(("c" + module + "\n" + name + "\n").getBytes(StandardCharsets.UTF_8));
    }

    void text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        bytes('X');
        little(utf8.length);
        out.writeBytes(utf8);
    }

    void whole(int value) {
        bytes('J');
        little(value);
    }

    void bytes(int... codes) {
        for (int code : codes) {
            out.write(code);
        }
    }

    private void little(int value) {
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }
}
