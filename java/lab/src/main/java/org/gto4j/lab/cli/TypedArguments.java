package org.gto4j.lab.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The process's arguments as they were typed. Java decodes them by the locale, in which the bytes of other characters
 * are lost: under LANG=C "Größe" becomes replacement characters. The bytes are asked of the system then, and read as
 * UTF-8.
 */
final class TypedArguments {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final char REPLACEMENT = '\uFFFD';

    private TypedArguments() {}

    /** The encoding that the locale gives to arguments and file names. */
    static Charset encoding() {
        String name = System.getProperty("sun.jnu.encoding", "UTF-8");
        return Charset.isSupported(name) ? Charset.forName(name) : StandardCharsets.US_ASCII;
    }

    /**
     * What was typed.
     *
     * @throws UsageException an argument isn't text in UTF-8 nor in the locale's encoding, or its bytes can't be found
     */
    static String[] of(String[] decoded) {
        return of(decoded, encoding(), typed());
    }

    /**
     * @param typed all of the process's arguments, of which the program's are the last ones; empty if they aren't known
     */
    static String[] of(String[] decoded, Charset encoding, List<byte[]> typed) {
        int first = typed.size() - decoded.length;
        String[] arguments = decoded.clone();
        boolean known = first >= 0 && sameAscii(decoded, typed.subList(Math.max(0, first), typed.size()));
        for (int i = 0; i < decoded.length; i++) {
            if (known) {
                byte[] bytes = typed.get(first + i);
                arguments[i] =
                        Arrays.equals(decoded[i].getBytes(encoding), bytes) ? decoded[i] : utf8(bytes, i, encoding);
            } else if (decoded[i].indexOf(REPLACEMENT) >= 0) {
                throw unreadable(decoded[i], i, encoding);
            }
        }
        return arguments;
    }

    /** Whether these are the program's arguments at all, judged by those that any encoding leaves alone. */
    private static boolean sameAscii(String[] decoded, List<byte[]> typed) {
        for (int i = 0; i < decoded.length; i++) {
            String bytes = new String(typed.get(i), StandardCharsets.ISO_8859_1);
            if (bytes.chars().allMatch(c -> c < 0x80) && !bytes.equals(decoded[i])) {
                return false;
            }
        }
        return true;
    }

    private static String utf8(byte[] bytes, int index, Charset encoding) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw unreadable(new String(bytes, StandardCharsets.UTF_8), index, encoding);
        }
    }

    private static UsageException unreadable(String argument, int index, Charset encoding) {
        return new UsageException("argument " + (index + 1) + ", '" + argument + "': expected text in UTF-8, or in "
                + encoding + ", the encoding of this locale; found other bytes");
    }

    private static List<byte[]> typed() {
        List<byte[]> arguments = new ArrayList<>();
        try {
            ByteArrayOutputStream argument = new ByteArrayOutputStream();
            for (byte b : Files.readAllBytes(COMMAND_LINE)) {
                if (b == 0) {
                    arguments.add(argument.toByteArray());
                    argument.reset();
                } else {
                    argument.write(b);
                }
            }
        } catch (IOException e) {
            return List.of();
        }
        return arguments;
    }
}
