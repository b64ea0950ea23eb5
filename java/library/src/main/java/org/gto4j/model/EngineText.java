package org.gto4j.model;

import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;

/** Texts that native code writes where there is room for them, and says how long they are. */
final class EngineText {
    private static final int FIRST_ROOM = 1 << 16;

    private EngineText() {}

    /** A native call that writes at most {@code capacity} bytes. */
    @FunctionalInterface
    interface Writer {
        /** Returns the call's status. */
        int write(BytePointer text, int capacity, IntPointer bytes);
    }

    /** What the call writes; it is made again where there was too little room. */
    static String read(Writer writer) {
        try (PointerScope scope = new PointerScope()) {
            IntPointer count = new IntPointer(1);
            BytePointer text = new BytePointer(FIRST_ROOM);
            Engine.check(writer.write(text, FIRST_ROOM, count));
            if (count.get() > FIRST_ROOM) {
                text = new BytePointer(count.get());
                Engine.check(writer.write(text, count.get(), count));
            }
            byte[] utf8 = new byte[count.get()];
            text.get(utf8);
            return new String(utf8, StandardCharsets.UTF_8);
        }
    }

    /** A text's bytes in native memory, of the scope that is open. */
    static BytePointer of(byte[] utf8) {
        BytePointer text = new BytePointer(Math.max(1, utf8.length));
        text.put(utf8, 0, utf8.length);
        return text;
    }
}
