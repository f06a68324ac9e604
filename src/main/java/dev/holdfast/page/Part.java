package dev.holdfast.page;

/** What an element is made of. */
sealed interface Part permits Attribute, Html {}
