/// What a reader of pairs hands over of a text, each as `name|value`; `nil` where it takes the text for none of its own.
///
/// - Parameters:
///   - make: the reader of a text.
///   - read: has it hand over where names and values stand.
func pairs<Reader>(
    of text: String, _ make: (UnsafeRawBufferPointer) -> Reader?,
    read: (Reader, (Range<Int>, Range<Int>) -> Void) -> Void
) -> [String]? {
    Array(text.utf8).withUnsafeBytes { bytes in
        make(bytes).map { reader in
            var found: [String] = []
            read(reader) { name, value in
                found.append(
                    String(decoding: bytes[name], as: UTF8.self) + "|" + String(decoding: bytes[value], as: UTF8.self))
            }
            return found
        }
    }
}
