package org.gto4j.checkpoint;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.gto4j.io.IoFailure;

/** A dictionary of tensors as torch.save writes it: a zip archive of data.pkl and one member for each storage. */
final class TorchFile implements Closeable {
    private static final String PICKLE = "/data.pkl";
    private static final String DIRECTORY = "directory of the archive";
    private static final int LARGEST_PICKLE = 64 << 20;
    private static final int ZIP_MAGIC = 0x504b0304; // "PK", 3, 4

    private final Path file;
    private final ZipFile zip;
    private final Map<String, ZipEntry> members = new HashMap<>();
    private final Map<String, StoredTensor> tensors = new LinkedHashMap<>();

    private TorchFile(Path file) throws IOException {
        this.file = file;
        zip = new ZipFile(file.toFile(), ZipFile.OPEN_READ, StandardCharsets.UTF_8);
    }

    /** Opens an archive; its tensors can be read until it is closed. */
    static TorchFile open(Path file) {
        requireZip(file);
        try {
            TorchFile opened = new TorchFile(file);
            try {
                opened.readMembers();
                opened.readTensors();
                return opened;
            } catch (RuntimeException e) {
                opened.close();
                throw e;
            }
        } catch (IOException | IllegalArgumentException e) { // the latter for names that aren't UTF-8
            throw Faults.of(file, DIRECTORY, "that of a zip file", "a broken one (" + e.getMessage() + ")");
        }
    }

    Map<String, StoredTensor> tensors() {
        return tensors;
    }

    @Override
    public void close() {
        try {
            zip.close();
        } catch (IOException e) {
            throw IoFailure.of("can't read " + file, e);
        }
    }

    private static void requireZip(Path file) {
        try (InputStream input = Files.newInputStream(file)) {
            byte[] first = input.readNBytes(Integer.BYTES);
            if (first.length < Integer.BYTES || java.nio.ByteBuffer.wrap(first).getInt() != ZIP_MAGIC) {
                throw Faults.of(
                        file,
                        "first bytes",
                        "a zip file, as torch.save writes since PyTorch 1.6",
                        "something else; torch.save(torch.load(OLD), NEW) writes it again");
            }
        } catch (IOException e) {
            throw IoFailure.of("can't read " + file, e);
        }
    }

    private void readMembers() {
        for (ZipEntry entry : Collections.list(zip.entries())) {
            if (members.put(entry.getName(), entry) != null) {
                throw Faults.of(file, "member " + Faults.shown(entry.getName()), "it once", "it twice");
            }
            if (entry.getMethod() != ZipEntry.STORED) {
                throw Faults.of(
                        file, "member " + Faults.shown(entry.getName()), "bytes as they are", "compressed ones");
            }
        }
    }

    private void readTensors() {
        List<String> pickles =
                members.keySet().stream().filter(name -> name.endsWith(PICKLE)).toList();
        if (pickles.size() != 1) {
            throw Faults.of(file, DIRECTORY, "one member data.pkl", pickles.size() + " of them");
        }
        String pickle = pickles.get(0);
        String folder = pickle.substring(0, pickle.length() - PICKLE.length());
        requireLittleEndian(folder);
        byte[] bytes = content(pickle, LARGEST_PICKLE);
        PickleReader.read(file, "data.pkl", bytes).forEach((name, value) -> {
            if (!(value instanceof PickleReader.Tensor tensor)) {
                throw Faults.of(file, "data.pkl, entry " + Faults.shown(name), "a tensor", "something else");
            }
            tensors.put(name, stored(folder, name, tensor));
        });
    }

    private void requireLittleEndian(String folder) {
        String name = folder + "/byteorder";
        if (members.containsKey(name)) {
            String order = new String(content(name, 16), StandardCharsets.UTF_8);
            if (!order.equals("little")) {
                throw Faults.of(file, "member byteorder", "little", Faults.shown(order));
            }
        }
    }

    private byte[] content(String name, int most) {
        String field = "member " + Faults.shown(name);
        ZipEntry entry = members.get(name);
        try (InputStream input = zip.getInputStream(entry)) {
            byte[] bytes = input.readNBytes(most + 1);
            if (bytes.length > most) {
                throw Faults.of(file, field, "at most " + most + " bytes", "more");
            }
            return bytes;
        } catch (IOException e) {
            throw Faults.of(file, field, "bytes that can be read", "broken ones (" + e.getMessage() + ")");
        }
    }

    private StoredTensor stored(String folder, String name, PickleReader.Tensor tensor) {
        String field = "data.pkl, tensor " + Faults.shown(name);
        long size = StoredTensor.sizeOf(tensor.shape());
        if (size < 0) {
            throw Faults.of(
                    file, field, "a shape that memory can hold", tensor.shape().toString());
        }
        requireRowMajor(field, tensor);
        PickleReader.Storage storage = tensor.storage();
        ZipEntry member = members.get(folder + "/data/" + storage.key());
        if (member == null) {
            throw Faults.of(file, field, "a member data/" + Faults.shown(storage.key()), "none");
        }
        int width = storage.type().bytes();
        long held = Math.min(storage.size(), member.getSize() / width);
        if (tensor.offset() < 0 || tensor.offset() > held || size > held - tensor.offset()) {
            throw Faults.of(
                    file,
                    field,
                    "values within the " + held + " of data/" + Faults.shown(storage.key()),
                    size + " from " + tensor.offset() + " on");
        }
        long skipped = tensor.offset() * width;
        return new StoredTensor(file, name, storage.type(), tensor.shape(), size, () -> open(member, skipped));
    }

    private void requireRowMajor(String field, PickleReader.Tensor tensor) {
        long expected = 1;
        for (int i = tensor.shape().size() - 1; i >= 0; i--) {
            long side = tensor.shape().get(i);
            if (side > 1 && tensor.strides().get(i) != expected) {
                throw Faults.of(
                        file,
                        field + ", strides",
                        "rows one after the other",
                        tensor.strides().toString());
            }
            expected *= Math.max(side, 1);
        }
    }

    private InputStream open(ZipEntry member, long skipped) throws IOException {
        InputStream input = zip.getInputStream(member);
        input.skipNBytes(skipped);
        return input;
    }
}
