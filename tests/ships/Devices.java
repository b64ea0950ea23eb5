import java.nio.file.Path;
import java.util.stream.IntStream;
import org.gto4j.model.Device;
import org.gto4j.model.SessionOptions;
import org.gto4j.model.TargetModel;
import org.gto4j.model.TargetSession;

/** Devices MODEL N: the greedy text of the best CPU device, then what opening CUDA0 says. */
public class Devices {
    public static void main(String[] args) {
        int n = Integer.parseInt(args[1]);
        try (TargetModel target = TargetModel.open(Path.of(args[0]));
                TargetSession session =
                        target.newSession(SessionOptions.builder().context(256).sequences(1).build())) {
            int[] prompt = IntStream.range(65, 81).toArray();
            int[] next = new int[16];
            session.prefill(0, 0, prompt, 15, null, next);
            StringBuilder text = new StringBuilder().append(next[15]);
            for (int i = 1, position = 16; i < n; i++, position++) {
                int[] token = {next[next.length - 1]};
                next = new int[1];
                session.prefill(0, position, token, 0, null, next);
                text.append(' ').append(next[0]);
            }
            System.out.println(target.device().name());
            System.out.println(text);
        }
        try (Device gpu = Device.open("CUDA0", 0)) {
            System.out.println("opened " + gpu.kind());
        } catch (RuntimeException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
        }
    }
}
