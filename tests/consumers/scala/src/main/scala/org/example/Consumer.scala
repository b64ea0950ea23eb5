package org.example

import java.nio.file.{Files, Path}
import org.gto4j.{GenerationOptions, TreeDecoder}
import org.gto4j.model.{ChatMessage, DraftModel, TargetModel}
import scala.jdk.CollectionConverters.*
import scala.util.Using

/** Writes the answer without and with a draft: MODEL DRAFT PLAIN-TEXT DRAFTED-TEXT. */
object Consumer:
  def main(args: Array[String]): Unit = Using.Manager { use =>
    val target = use(TargetModel.open(Path.of(args(0))))
    val draft = use(DraftModel.load(target, Path.of(args(1))))
    Files.writeString(Path.of(args(2)), answer(use(TreeDecoder.builder(target).build())))
    Files.writeString(Path.of(args(3)), answer(use(TreeDecoder.builder(target).draft(draft).build())))
  }.get

  def answer(decoder: TreeDecoder): String =
    val options = GenerationOptions.builder().maxTokens(40).build()
    decoder.chat(Seq(ChatMessage.user("Why is the sky blue?")).asJava, options, _ => ()).text
