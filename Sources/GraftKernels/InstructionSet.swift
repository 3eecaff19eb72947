internal import COneDNN

/// What oneDNN may use of this processor.
package enum InstructionSet {
  /// Whether there are instructions that multiply 8-bit numbers and add up in 32 bits (VNNI). Without them oneDNN adds up in
  /// 16 bits, which overflow.
  package static var hasInt8: Bool {
    let present = dnnl_get_effective_cpu_isa().rawValue
    return [dnnl_cpu_isa_avx2_vnni, dnnl_cpu_isa_avx512_core_vnni].contains { present & $0.rawValue == $0.rawValue }
  }
}
