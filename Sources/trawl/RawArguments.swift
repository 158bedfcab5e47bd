import Glibc

/// The program's arguments as the system gave them: names of files need not be UTF-8, and strings hold nothing else.
enum RawArguments {
    /// The bytes of names that are arguments. Those of names that look alike as strings come in the order of the arguments.
    static func bytes(of names: [String]) -> [[UInt8]] {
        var others: [String: ArraySlice<[UInt8]>] = [:]
        for argument in UnsafeBufferPointer(start: CommandLine.unsafeArgv, count: Int(CommandLine.argc)) {
            guard let argument else { continue }
            // SAFETY: the system ends each argument with a NUL, and they live as long as the process.
            let bytes = Array(UnsafeRawBufferPointer(start: argument, count: strlen(argument)))
            let text = String(decoding: bytes, as: UTF8.self)
            if !text.utf8.elementsEqual(bytes) { others[text, default: []].append(bytes) }
        }
        return names.map { others[$0]?.popFirst() ?? Array($0.utf8) }
    }
}
