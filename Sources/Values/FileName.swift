/// Names of files as the system has them: any bytes, where strings hold nothing but UTF-8.
public enum FileName {
    /// A name for messages: what is UTF-8 stays as it is, every other byte is written as `\xff`.
    public static func escaped(_ name: some Sequence<UInt8>) -> String {
        var scalars = String.UnicodeScalarView()
        var bytes = Array(name)[...]
        while !bytes.isEmpty {
            var parser = Unicode.UTF8.ForwardParser()
            var rest = bytes.makeIterator()
            switch parser.parseScalar(from: &rest) {
            case .valid(let encoded):
                scalars.append(Unicode.UTF8.decode(encoded))
                bytes = bytes.dropFirst(encoded.count)
            case .error(let length):
                for byte in bytes.prefix(length) {
                    scalars.append(contentsOf: ["\\", "x"])
                    scalars.append(contentsOf: byte.hexadecimalDigits.map { Unicode.Scalar($0) })
                }
                bytes = bytes.dropFirst(length)
            case .emptyInput: return String(scalars)
            }
        }
        return String(scalars)
    }

    /// The name as a string; `nil` for one that is no UTF-8, which as a string would be another one.
    public static func string(_ name: [UInt8]) -> String? {
        String(validating: name, as: UTF8.self)
    }
}
