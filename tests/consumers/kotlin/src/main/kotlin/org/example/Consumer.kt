package org.example

import java.nio.file.Path
import kotlin.io.path.writeText
import org.gto4j.GenerationOptions
import org.gto4j.TreeDecoder
import org.gto4j.model.ChatMessage
import org.gto4j.model.DraftModel
import org.gto4j.model.TargetModel

/** Writes the answer without and with a draft: MODEL DRAFT PLAIN-TEXT DRAFTED-TEXT. */
fun main(args: Array<String>) {
    TargetModel.open(Path.of(args[0])).use { target ->
        TreeDecoder.builder(target).build().use { Path.of(args[2]).writeText(answer(it)) }
        DraftModel.load(target, Path.of(args[1])).use { draft ->
            TreeDecoder.builder(target).draft(draft).build().use { Path.of(args[3]).writeText(answer(it)) }
        }
    }
}

fun answer(decoder: TreeDecoder): String {
    val options = GenerationOptions.builder().maxTokens(40).build()
    return decoder.chat(listOf(ChatMessage.user("Why is the sky blue?")), options) { }.text()
}
