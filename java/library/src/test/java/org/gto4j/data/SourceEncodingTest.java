package org.gto4j.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.gto4j.error.GtoException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that aren't JSONL in UTF-8: one error that says what they are. */
class SourceEncodingTest {
    private static final String LINES = "{\"prompt\": \"Was ist ein Fluß?\"}\n{\"prompt\": \"zwei\"}\n";

    @TempDir
    Path folder;

    private GtoException refused(String name, byte[] bytes) throws IOException {
        Path file = Files.write(folder.resolve(name), bytes);
        GtoException e = assertThrows(GtoException.class, () -> SourceFile.prompts(file, OnBrokenLine.FAIL));
        assertTrue(e.getMessage().startsWith(file.toString()), e.getMessage());
        assertFalse(
                e.getMessage()
                        .matches("(?s).*(jackson|StreamRead|\\(String\\)|CTRL-CHAR|\\(code |Exception|\\p{Cntrl}).*"),
                e.getMessage());
        return e;
    }

    private void refused(String name, byte[] bytes, String... expected) throws IOException {
        GtoException e = refused(name, bytes);
        for (String part : expected) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"})
    void wideEncodingsAreNamed(String encoding) throws IOException {
        refused("plain.jsonl", LINES.getBytes(Charset.forName(encoding)), "expected text in UTF-8, found " + encoding);
        refused(
                "mark.jsonl",
                ("\uFEFF" + LINES).getBytes(Charset.forName(encoding)),
                "expected text in UTF-8, found " + encoding,
                "iconv -f " + encoding);
        refused("chinese.jsonl", "{\"prompt\": \"日本語の文章　です\"}".getBytes(Charset.forName(encoding)), encoding);
        refused("mark.txt", ("\uFEFF" + LINES).getBytes(Charset.forName(encoding)), encoding);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        ISO-8859-1   | Was ist ein Fluß? Größe.   | Latin-1
        windows-1252 | It’s – a “word” for 5 €    | Windows-1252
        windows-1251 | Привет, как дела           | another encoding
        GBK          | 你好吗我们是朋友               | another encoding
        Shift_JIS    | 日本語の文章                  | another encoding
        """)
    void otherEncodingsAreGuessed(String encoding, String text, String guess) throws IOException {
        String first = "{\"prompt\": \"ä\"}\r\n";
        byte[] line = ("{\"prompt\": \"" + text + "\"}").getBytes(Charset.forName(encoding));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(first.getBytes(StandardCharsets.UTF_8));
        bytes.write(line);
        int high = 0;
        while (line[high] >= 0) {
            high++;
        }
        refused(
                "some.jsonl",
                bytes.toByteArray(),
                "some.jsonl line 2: expected text in UTF-8, found the byte 0x",
                "at offset " + (first.getBytes(StandardCharsets.UTF_8).length + high) + " of the file",
                guess);
        SourceTexts<Prompt> skipped = SourceFile.prompts(folder.resolve("some.jsonl"), OnBrokenLine.SKIP);
        assertEquals(List.of("ä"), skipped.texts().get(0).turns());
        assertEquals(1, skipped.broken().size());
        refused("some.txt", text.getBytes(Charset.forName(encoding)), "some.txt line 1: expected text in UTF-8");
    }

    /** Bytes that Java's own decoder would replace. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "E282",
                "C3",
                "EDA0BD",
                "EDA0BDEDB880",
                "C080",
                "F0808080",
                "F5808080",
                "80",
                "FF",
                "C328",
                "E28228"
            })
    void brokenUtf8IsNeverReplaced(String hex) throws IOException {
        byte[] middle = new byte[hex.length() / 2];
        for (int i = 0; i < middle.length; i++) {
            middle[i] = (byte) Integer.parseInt(hex.substring(2 * i, 2 * i + 2), 16);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write("{\"prompt\": \"a".getBytes(StandardCharsets.UTF_8));
        bytes.write(middle);
        bytes.write("\"}\n".getBytes(StandardCharsets.UTF_8));
        refused(
                "some.jsonl",
                bytes.toByteArray(),
                "line 1: expected text in UTF-8, found the byte 0x" + hex.substring(0, 2) + " at offset 13");
        refused("some.txt", middle, "at offset 0");
    }

    @Test
    void packedAndBinaryFilesAreNamed() throws IOException {
        ByteArrayOutputStream gzip = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(gzip)) {
            out.write(LINES.getBytes(StandardCharsets.UTF_8));
        }
        refused("some.jsonl.gz", gzip.toByteArray(), "found gzip data (gunzip unpacks it)");
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            out.putNextEntry(new ZipEntry("some.jsonl"));
            out.write(LINES.getBytes(StandardCharsets.UTF_8));
        }
        refused("some.jsonl", zip.toByteArray(), "found a zip file");
        refused("some.parquet", bytes("PAR1\u0015\u0004\u0015PAR1"), "found a Parquet file", "JSON");
        refused("some.arrow", bytes("ARROW1\0\0"), "found an Arrow file");
        refused("some.zst", bytes("\u0028\u00B5\u002F\u00FD\u0004"), "found zstd data");
        refused("some.xz", bytes("\u00FD7zXZ\0\0"), "found xz data");
        refused("some.bz2", bytes("BZh91AY&SY\u0001\u00F3"), "found bzip2 data");
        refused("model.jsonl", bytes("GGUF\u0003\0\0\0"), "found a GGUF model");
        refused("some.pkl", bytes("\u0080\u0004\u0095"), "pickled");
        refused("data.db", bytes("SQLite format 3\0"), "SQLite");
        refused("random.bin", bytes("\u0001\u0002\0\0\u0003\0x\0\0\0y\0\0z"), "found binary data");
    }

    private static byte[] bytes(String latin) {
        return latin.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void textsThatBeginLikeOtherFilesAreTexts() throws IOException {
        for (String text :
                List.of("GGUF is a file format.", "ORCs are green.", "PAR1 and PAR2", "BZh!", "%PDF", "a\u0007b")) {
            Path file = Files.writeString(folder.resolve("some.txt"), text);
            assertEquals(
                    new PlainText("some", "general", text),
                    SourceFile.kept(file, OnBrokenLine.FAIL, 1).texts().get(0));
        }
    }

    @Test
    void byteOrderMarksAndLineEndsAreNoText() throws IOException {
        Path file = Files.writeString(
                folder.resolve("some.jsonl"),
                "\uFEFF{\"prompt\": \"a\"}\r\n\r\n{\"prompt\": \"b\"}\r{\"prompt\": \"c\"}");
        SourceTexts<Prompt> read = SourceFile.prompts(file, OnBrokenLine.FAIL);
        assertEquals(
                List.of("a", "b", "c"),
                read.texts().stream().map(prompt -> prompt.turns().get(0)).toList());
        assertEquals(List.of(1, 3, 4), read.lines());
        Path text = Files.writeString(folder.resolve("some.txt"), "\uFEFFonce\r\n");
        assertEquals(
                "once\r\n",
                ((PlainText) SourceFile.kept(text, OnBrokenLine.FAIL, 1).texts().get(0)).text());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        [{"prompt": "a"}, {"prompt": "b"}]        | an array, '[{"prompt": "a"}, {"prompt": "b"}]'; its objects must stand on a line each (jq -c '.[]'
        [⏎  {⏎ "prompt": "a"⏎ }⏎]                 | line 1: expected a JSON object, found an array
        {⏎  "prompt": "a"⏎}                       | line 1: expected a JSON object on one line, found an end within it, behind '{'
        {"prompt": "a"}{"prompt": "b"}            | found more behind its end: '{"prompt": "b"}'
        {"prompt": "a"}, {"prompt": "b"}          | found more behind its end: ', {"prompt": "b"}'
        {"prompt": "a"} # note                    | found more behind its end: '# note'
        {'prompt': 'a'}                           | a single quote at column 2, where JSON has double ones
        {"prompt": "a", "score": NaN}             | NaN, which JSON doesn't have, at column
        {"prompt": "a", "score": -Infinity}       | Infinity, which JSON doesn't have
        {"prompt": "a", "ok": True}               | True, which JSON doesn't have
        {"prompt": "a", "ok": None}               | None, which JSON doesn't have
        {"prompt": "a", "prompt": "b"}            | the field "prompt" twice
        {"prompt": "a", "meta": {"x": 1, "x": 1}} | the field "x" twice
        {"prompt": "a",}                          | '}' at column 16
        {"prompt": "a" "id": 1}                   | '"id": 1}' at column 16
        {prompt: "a"}                             | 'prompt: "a"}' at column 2
        {"prompt": "a\tb"}                        | the control character U+0009 at column 14
        {"prompt": "a\\x41"}                      | at column
        {"prompt": "a                             | an end within it
        {"prompt": 01}                            | at column
        {"prompt": "a"                            | an end within it
        "prompt"                                  | found '"prompt"'
        null                                      | found 'null'
        prompt,completion                         | 'prompt,completion' at column
        """)
    void otherFormsOfJsonAreExplained(String text, String expected) throws IOException {
        refused(
                "some.jsonl",
                text.replace('⏎', '\n').replace("\\t", "\t").getBytes(StandardCharsets.UTF_8),
                "line 1: expected a JSON object",
                expected);
    }

    @Test
    void deepLongAndLargeValuesAreRefused() throws IOException {
        refused(
                "deep.jsonl",
                ("{\"prompt\": " + "[".repeat(5000) + "]".repeat(5000) + "}").getBytes(StandardCharsets.UTF_8),
                "nested more than 1,000 deep");
        refused(
                "digits.jsonl",
                ("{\"prompt\": \"a\", \"n\": " + "7".repeat(5000) + "}").getBytes(StandardCharsets.UTF_8),
                "a number of more than 1,000 digits");
        refused(
                "exponent.jsonl",
                ("{\"prompt\": \"a\", \"n\": 0." + "7".repeat(5000) + "e9}").getBytes(StandardCharsets.UTF_8),
                "a number of more than 1,000 digits");
        refused(
                "name.jsonl",
                ("{\"" + "n".repeat(60_000) + "\": 1}").getBytes(StandardCharsets.UTF_8),
                "a field's name of more than 50,000 characters");
        refused(
                "text.jsonl",
                ("{\"prompt\": \"" + "x ".repeat(10_000_100) + "\"}").getBytes(StandardCharsets.UTF_8),
                "a text of more than 20,000,000 characters");
    }

    @Test
    void nothingAndFoldersAreNamed() throws IOException {
        for (String empty : new String[] {"", "\n\n", " \t \r\n", "\uFEFF"}) {
            refused("empty.jsonl", empty.getBytes(StandardCharsets.UTF_8), "found an empty file");
        }
        refused("empty.txt", new byte[0], "the file to be a text that is not blank");
        Path inside = Files.createDirectory(folder.resolve("data.jsonl"));
        GtoException e = assertThrows(GtoException.class, () -> SourceFile.prompts(inside, OnBrokenLine.FAIL));
        assertEquals(inside + ": expected a file of prompts or texts, found a folder", e.getMessage());
    }

    @Test
    void messagesShowNoControlCharacters() throws IOException {
        refused("some.jsonl", "{\"prompt\": \u001B[31mred".getBytes(StandardCharsets.UTF_8), "\\u001b");
        refused(
                "role.jsonl",
                "{\"messages\": [{\"role\": \"\\u001b[2J\", \"content\": \"a\"}]}".getBytes(StandardCharsets.UTF_8),
                "\\u001b[2J");
        refused("names.jsonl", "{\"\\u001b[2J\": 1}".getBytes(StandardCharsets.UTF_8), "\\u001b[2J");
        refused("twice.jsonl", "{\"\\u001b[2J\": 1, \"\\u001b[2J\": 2}".getBytes(StandardCharsets.UTF_8), "\\u001b[2J");
        refused(
                "id.jsonl",
                "{\"id\": \"\\u001b\", \"prompt\": \"a\"}\n{\"id\": \"\\u001b\", \"prompt\": \"b\"}"
                        .getBytes(StandardCharsets.UTF_8),
                "\\u001b");
    }
}
