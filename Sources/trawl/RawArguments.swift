import Glibc
import Values

/// The program's arguments as the system gave them: names of files need not be UTF-8, and strings hold nothing else.
enum RawArguments {
    /// The arguments that are no UTF-8, in their order.
    private static var others: [[UInt8]] {
        UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc)).compactMap { argument in
            guard let argument else { return nil }
            // SAFETY: the system ends each argument with a NUL, and they live as long as the process.
            let bytes = Array(UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
            return FileName.string(bytes) == nil ? bytes : nil
        }
    }

    /// The bytes of names that are arguments. Those of names that look alike as strings come in the order of the arguments.
    static func bytes(of names: [String]) -> [[UInt8]] {
        var others: [String: ArraySlice<[UInt8]>] = [:]
        for bytes in self.others { others[String(decoding: bytes, as: UTF8.self), default: []].append(bytes) }
        return names.map { others[$0]?.popFirst() ?? Array($0.utf8) }
    }

    /// A value of an option that was given as other bytes than its string has, escaped; also one behind `--option=`.
    static func escapedForeign(_ values: [String]) -> String? {
        let replacement: Unicode.Scalar = "\u{FFFD}"
        guard values.contains(where: { $0.unicodeScalars.contains(replacement) }) else { return nil }
        for argument in others {
            let joined = argument.firstIndex(of: UInt8(ascii: "=")).map { argument[($0 + 1)...] }
            for bytes in [argument[...], joined].compactMap(\.self)
            where FileName.string(Array(bytes)) == nil && values.contains(String(decoding: bytes, as: UTF8.self)) {
                return FileName.escaped(bytes)
            }
        }
        return nil
    }
}
