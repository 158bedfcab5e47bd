enum XMLText { static func decode(_ raw: UnsafeRawBufferPointer, in arena: inout ByteArena) -> UnsafeRawBufferPointer { raw } }
extension EventParser { func readXML(_ b: UnsafeRawBufferPointer) {} }
