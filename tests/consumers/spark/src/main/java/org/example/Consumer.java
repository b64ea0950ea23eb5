package org.example;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.api.java.function.MapFunction;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.SparkSession;
import org.gto4j.GenerationOptions;
import org.gto4j.TreeDecoder;
import org.gto4j.model.ChatMessage;
import org.gto4j.model.DraftModel;
import org.gto4j.model.TargetModel;

/** A job over two rows, of which one asks for a draft: MODEL DRAFT PLAIN-TEXT DRAFTED-TEXT. */
public class Consumer {
    public static void main(String[] args) throws IOException {
        String model = args[0];
        try (SparkSession spark = SparkSession.builder()
                .master("local[1]")
                .config("spark.ui.enabled", false)
                .getOrCreate()) {
            List<String> answers = spark.createDataset(List.of("", args[1]), Encoders.STRING())
                    .map((MapFunction<String, String>) draft -> answer(model, draft), Encoders.STRING())
                    .collectAsList();
            Files.writeString(Path.of(args[2]), answers.get(0));
            Files.writeString(Path.of(args[3]), answers.get(1));
        }
    }

    private static String answer(String model, String draftFile) {
        GenerationOptions options = GenerationOptions.builder().maxTokens(40).build();
        try (TargetModel target = TargetModel.open(Path.of(model));
                DraftModel draft = draftFile.isEmpty() ? null : DraftModel.load(target, Path.of(draftFile));
                TreeDecoder decoder = TreeDecoder.builder(target).draft(draft).build()) {
            return decoder.chat(List.of(ChatMessage.user("Why is the sky blue?")), options, text -> {}).text();
        }
    }
}
