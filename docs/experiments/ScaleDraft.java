import java.nio.file.Path;
import org.gto4j.model.Device;
import org.gto4j.model.DraftFileType;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;

/**
 * Writes a draft whose logits are multiplied, as at another temperature: arguments are the target, the draft, the
 * factor (1 / temperature) and the file to write.
 */
public final class ScaleDraft {
    private ScaleDraft() {}

    public static void main(String[] args) {
        String norm = "output_norm.weight"; // what the head multiplies
        try (Device device = Device.cpu(1);
                TargetModel target = TargetModel.open(device, Path.of(args[0]));
                DraftModel draft = DraftModel.load(target, Path.of(args[1]))) {
            float[] weights = draft.tensor(norm);
            for (int i = 0; i < weights.length; i++) {
                weights[i] *= Float.parseFloat(args[2]);
            }
            draft.setTensor(norm, weights);
            draft.save(Path.of(args[3]), DraftFileType.F16);
        }
    }
}
