/// A text to compare with, ASCII letters in lower case, that may go on at either end; or several with anything between them.
struct TextPattern: Hashable, Sendable {
    var text: [UInt8]
    /// Those behind the first one.
    var pieces: [[UInt8]] = []
    var isOpenAtStart = false
    var isOpenAtEnd = false

    init(_ text: String) {
        var bytes = asciiLowercased(Array(text.utf8))[...]
        if bytes.first == UInt8(ascii: "*") {
            isOpenAtStart = true
            bytes = bytes.dropFirst()
        }
        if bytes.last == UInt8(ascii: "*") {
            isOpenAtEnd = true
            bytes = bytes.dropLast()
        }
        self.text = Array(bytes)
        guard bytes.contains(UInt8(ascii: "*")) else { return }
        let all = bytes.split(separator: UInt8(ascii: "*")).map { Array($0) }
        self.text = all.first ?? []
        pieces = Array(all.dropFirst())
    }
}

/// A node that must have a value, one of `texts` where there are any; or a slot that holds text or an object.
struct NodeCondition: Hashable, Sendable {
    var node: Int32 = -1
    var slot: Int32 = -1
    var texts: [TextPattern] = []
    /// Whether an event without a value meets it, too.
    var isLenient = false
}
