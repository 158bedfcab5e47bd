/// The pattern of `like`: `%` is any run of characters, `_` one character, nothing else is special; case counts.
struct LikePattern: Hashable, Sendable {
    private enum Token: Hashable, Sendable {
        case byte(UInt8)
        case character
        case run
    }

    private let tokens: [Token]

    init(_ pattern: [UInt8]) {
        tokens = pattern.map { byte in
            switch byte {
            case UInt8(ascii: "%"): .run
            case UInt8(ascii: "_"): .character
            default: .byte(byte)
            }
        }
    }

    /// - Complexity: at most the product of both lengths; linear with up to one `%`.
    func matches(_ text: [UInt8]) -> Bool {
        var token = 0
        var position = 0
        // Where to go on after the last `%` if what followed it did not fit.
        var retry: (token: Int, position: Int)?
        while true {
            if token < tokens.count {
                switch tokens[token] {
                case .run:
                    retry = (token + 1, position)
                    token += 1
                    continue
                case .byte(let byte) where position < text.count && text[position] == byte:
                    token += 1
                    position += 1
                    continue
                case .character where position < text.count:
                    token += 1
                    position = Utf8.end(of: position, in: text)
                    continue
                default: break
                }
            } else if position == text.count {
                return true
            }
            guard let last = retry, last.position < text.count else { return false }
            let next = Utf8.end(of: last.position, in: text)
            retry = (last.token, next)
            token = last.token
            position = next
        }
    }
}
