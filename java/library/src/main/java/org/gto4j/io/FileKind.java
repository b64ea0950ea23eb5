package org.gto4j.io;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a file is that isn't text in UTF-8, told by its first bytes. */
public final class FileKind {
    /** Bytes at a file's beginning that tell what it is. */
    public static final int HEAD = 4096;

    private static final Map<String, String> BEGINNINGS = new LinkedHashMap<>();
    private static final int TAR_MARK = 257;
    private static final int BINARY_SHARE = 10;

    static {
        BEGINNINGS.put("\u001F\u008B", "gzip data (gunzip unpacks it)");
        BEGINNINGS.put("BZh", "bzip2 data (bunzip2 unpacks it)");
        BEGINNINGS.put("\u00FD7zXZ\0", "xz data (unxz unpacks it)");
        BEGINNINGS.put("\u0028\u00B5\u002F\u00FD", "zstd data (unzstd unpacks it)");
        BEGINNINGS.put("\u0004\"M\u0018", "lz4 data (unlz4 unpacks it)");
        BEGINNINGS.put("PK\u0003\u0004", "a zip file (unzip unpacks it)");
        BEGINNINGS.put("PK\u0005\u0006", "an empty zip file");
        BEGINNINGS.put("7z\u00BC\u00AF\u0027\u001C", "a 7z file (7z x unpacks it)");
        BEGINNINGS.put("PAR1", "a Parquet file (write its rows as JSON, an object a line)");
        BEGINNINGS.put("ARROW1", "an Arrow file (write its rows as JSON, an object a line)");
        BEGINNINGS.put("\u00FF\u00FF\u00FF\u00FF", "an Arrow stream (write its rows as JSON, an object a line)");
        BEGINNINGS.put("ORC", "an ORC file (write its rows as JSON, an object a line)");
        BEGINNINGS.put("Obj\u0001", "an Avro file (write its rows as JSON, an object a line)");
        BEGINNINGS.put("\u0089HDF", "an HDF5 file");
        BEGINNINGS.put("SQLite format 3\0", "an SQLite database");
        BEGINNINGS.put("\u0093NUMPY", "a NumPy array");
        BEGINNINGS.put("%PDF", "a PDF");
        BEGINNINGS.put("GGUF", "a GGUF model");
        BEGINNINGS.put("\u007FELF", "a program");
        BEGINNINGS.put("\u0089PNG", "a picture");
        BEGINNINGS.put("\u00FF\u00D8\u00FF", "a picture");
        BEGINNINGS.put("\u0080\u0002", "Python's pickled data");
        BEGINNINGS.put("\u0080\u0003", "Python's pickled data");
        BEGINNINGS.put("\u0080\u0004", "Python's pickled data");
        BEGINNINGS.put("\u0080\u0005", "Python's pickled data");
        BEGINNINGS.put("\u00FF\u00FE\0\0", converted("UTF-32LE"));
        BEGINNINGS.put("\0\0\u00FE\u00FF", converted("UTF-32BE"));
        BEGINNINGS.put("\u00FF\u00FE", converted("UTF-16LE"));
        BEGINNINGS.put("\u00FE\u00FF", converted("UTF-16BE"));
    }

    private FileKind() {}

    private static String converted(String encoding) {
        return encoding + " (iconv -f " + encoding + " -t UTF-8 converts it)";
    }

    /**
     * What a file is, with how to make text of it; null if it may be text in UTF-8.
     *
     * @param head its first {@link #HEAD} bytes, or all of a shorter file
     */
    public static @Nullable String notText(byte[] head) {
        String bytes = new String(head, StandardCharsets.ISO_8859_1);
        boolean controls = bytes.chars().anyMatch(c -> c < '\t');
        for (Map.Entry<String, String> kind : BEGINNINGS.entrySet()) {
            // A text may begin with "ORC" or "GGUF", too.
            boolean letters = kind.getKey().chars().allMatch(c -> c >= ' ' && c < 0x7F);
            if (bytes.startsWith(kind.getKey()) && (controls || !letters)) {
                return kind.getValue();
            }
        }
        return controls && bytes.startsWith("ustar", TAR_MARK) ? "a tar file (tar -x unpacks it)" : byZeros(head);
    }

    /** Letters of wide encodings hold zero bytes at the same places; text in UTF-8 holds hardly any. */
    private static @Nullable String byZeros(byte[] head) {
        int[] zeros = new int[4];
        for (int i = 0; i < head.length; i++) {
            zeros[i % 4] += head[i] == 0 ? 1 : 0;
        }
        int all = zeros[0] + zeros[1] + zeros[2] + zeros[3];
        if (all == 0 || all * BINARY_SHARE < head.length) {
            return null;
        }
        if (few(zeros[0], zeros[3]) && zeros[2] * 2 >= zeros[3]) {
            return converted("UTF-32LE");
        }
        if (few(zeros[3], zeros[0]) && zeros[1] * 2 >= zeros[0]) {
            return converted("UTF-32BE");
        }
        int even = zeros[0] + zeros[2];
        int odd = zeros[1] + zeros[3];
        return few(even, odd) ? converted("UTF-16LE") : few(odd, even) ? converted("UTF-16BE") : "binary data";
    }

    private static boolean few(int count, int other) {
        return count * BINARY_SHARE < other;
    }
}
