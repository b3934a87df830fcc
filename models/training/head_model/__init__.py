"""Builds `assets/head-model.bin`: template, statistics, expressions and landmark embedding of the head prior."""
